"""Layout of a queue of 50 rows with right-to-left text; at most 30 ms cold and 5 ms cached."""

import time

import pytest

from console.ui.text import cell_text
from console.ui.text.layout import _remembered
from console.ui.text.literal import _cell_text
from console.ui.text.widths import drawn

SAMPLES = (
    "مرحبا خالد، شكرًا لأنك أخبرتنا (الطلب 884) عن iPhone 15 Pro، سنرسل غلاية جديدة خلال 48 ساعة!",
    "می‌خواهیم کمک کنیم؛ کد تخفیف MIX15 تا ۱۵٪ است 👍🏽",
    "Order 884: السلام عليكم ورحمة الله, thanks [ok]",
    "שלום (עולם) 12-34 abc, the parcel came late and the box was open",
)
NAMES = ("خالد العتيبي", "زهرا محمدی", "Anna Petrova", "דוד לוי")


def queue(number):
    """Name, title and excerpt of each row; `number` makes texts that nobody has laid out."""
    for row in range(50):
        yield f"{NAMES[row % 4]} {number}{row}", 16
        yield f"{SAMPLES[row % 4]} {number}{row}", 40
        yield f"{number}{row} {SAMPLES[row % 4]}", 24


def laid_out_ms(number):
    started = time.perf_counter()
    for text, width in queue(number):
        cell_text(text, width)
    return (time.perf_counter() - started) * 1000


@pytest.mark.bench
def test_a_queue_of_50_rows_lays_out_in_time(capsys):
    """Median of nine queues, cold and again."""
    cold, cached = [], []
    for number in range(9):
        for cache in (_remembered, _cell_text, drawn):
            cache.cache_clear()
        cold.append(laid_out_ms(number))
        cached.append(laid_out_ms(number))
    with capsys.disabled():
        print(
            f"\nqueue of 50 rows: cold {sorted(cold)[4]:.1f} ms, cached {sorted(cached)[4]:.2f} ms"
        )

    assert sorted(cold)[4] <= 30
    assert sorted(cached)[4] <= 5
