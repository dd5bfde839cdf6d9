"""Opening a flair model of any kind, and a sentence for everything that can go wrong with it.

Lives in the mood process; flair is imported in `load` alone.
"""

from __future__ import annotations

import logging
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.i18n import _
from console.core.model import MoodLabel
from console.mood.labels import MOODS, mapping
from console.mood.model import NAME, ModelError, shipped_name, verified
from console.mood.reading import Reading
from console.mood.wire import Settings

if TYPE_CHECKING:
    from flair.models import TextClassifier

CHECKPOINT = "hf:"
"""Before the name or folder of a Hugging Face checkpoint."""


class Unreachable(ModelError):
    """The model lies on the network, and the network was away: it may work later."""


def load(settings: Settings) -> Reading:
    """The configured model, ready to read.

    Raises `ModelError` with a sentence for the person who configured it, `Unreachable` where
    waiting may help.
    """
    try:
        import flair
        import torch
    except ImportError as error:
        raise ModelError(
            _("mood needs {package}; install it with: pip install 'shiftdesk[mood]'").format(
                package=error.name or "flair"
            )
        ) from error
    logging.getLogger("flair").setLevel(logging.ERROR)
    flair.device = torch.device("cpu")
    # One while loading: the process forks afterwards, and threads do not survive that.
    torch.set_num_threads(1)
    if settings.model in ("shipped", NAME):
        return _shipped(settings)
    classifier = _opened(settings.model)
    names = [name for name in classifier.label_dictionary.get_items() if name != "<unk>"]
    meaning = mapping(names, settings.labels)
    return Reading(
        classifier,
        meaning,
        settings.model,
        settings.uncertain_below,
        whole=settings.model.startswith(CHECKPOINT),
        warning=_warning(settings.model),
    )


def _shipped(settings: Settings) -> Reading:
    """The shipped model with what the team's own texts taught it."""
    from flair.models import TextClassifier

    model = TextClassifier.load(verified())
    name, warning = shipped_name(), ""
    learned = Path(settings.learned) if settings.learned else None
    if learned and learned.is_file():
        from console.mood.learning import apply

        try:
            name = apply(model, learned.read_bytes())
        except ModelError as error:
            # The shipped model is better than none.
            warning = str(error)
    own: dict[str, MoodLabel] = {mood: mood for mood in MOODS}
    return Reading(model, own, name, settings.uncertain_below, whole=True, warning=warning)


def _warning(name: str) -> str:
    """Said once when a model of somebody else's is used."""
    return _(
        "{model} is not ours: a flair model file can run code of whoever made it; "
        "use only files you trust"
    ).format(model=name)


def _opened(name: str) -> TextClassifier:
    """A model by path, by name of flair's hub, or a checkpoint."""
    from flair.models import TextClassifier

    try:
        if name.startswith(CHECKPOINT):
            from console.mood.checkpoint import classifier

            return classifier(name.removeprefix(CHECKPOINT))
        loaded = TextClassifier.load(_safe(name) if _is_path(name) else name)
        if not isinstance(loaded, TextClassifier):
            raise ModelError(_("{model} is no text classifier").format(model=name))
        return loaded
    except ModelError:
        raise
    except Exception as error:
        raise _explained(name, error) from error


def _is_path(name: str) -> bool:
    return name.startswith(("/", "~", ".")) or name.endswith((".pt", ".bin"))


def _safe(name: str) -> str:
    """The full path of a model file, unless anybody could have put something else in its place."""
    path = Path(name).expanduser()
    if path.stat().st_mode & stat.S_IWOTH:
        raise ModelError(
            _("{model} can be changed by every user of this machine; chmod o-w it first").format(
                model=name
            )
        )
    return str(path)


def _cache() -> Path:
    import flair

    return Path(flair.cache_root) / "models"


_NETWORK = {
    "ConnectionError",
    "ConnectTimeout",
    "ConnectError",
    "NameResolutionError",
    "LocalEntryNotFoundError",
    "OfflineModeIsEnabled",
}
_MISSING = {"FileNotFoundError", "RepositoryNotFoundError", "HFValidationError"}


def _causes(error: BaseException) -> list[BaseException]:
    """The error and what led to it, at most eight deep."""
    found: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and len(found) < 8:
        found.append(one)
        one = one.__cause__ or one.__context__
    return found


def _explained(name: str, error: Exception) -> ModelError:
    """What an error of flair, torch or the hub means, by its type and its words."""
    kinds = {type(one).__name__ for one in _causes(error)}
    words = " ".join(str(one) for one in _causes(error))
    if isinstance(error, MemoryError) or "allocate memory" in words or "out of memory" in words:
        return ModelError(
            _("{model} does not fit into memory; choose a smaller one").format(model=name)
        )
    if kinds & _NETWORK or "couldn't connect" in words:
        return Unreachable(
            _(
                "{model} is not on this machine and the network cannot be reached; "
                "put the file into {cache}, or connect"
            ).format(model=name, cache=_cache())
        )
    if kinds & _MISSING:
        return ModelError(
            _("there is no model {model}: neither a file nor a name that the hub knows").format(
                model=name
            )
        )
    return ModelError(
        _("{model} cannot be loaded: {why}").format(
            model=name, why=f"{type(error).__name__}: {str(error)[:200]}"
        )
    )
