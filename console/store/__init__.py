"""Where conversations live: the protocol of questions and whole transactions, and its backends."""

from console.store.protocol import (
    Delivery,
    Forgotten,
    MaybeSame,
    Queued,
    Store,
    TakenIn,
    Unscored,
    Window,
)

__all__ = ["Delivery", "Forgotten", "MaybeSame", "Queued", "Store", "TakenIn", "Unscored", "Window"]
