"""Which writing a text uses."""

import pytest

from console.mood.writing import WRITINGS, writing


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where is my order?", "english"),
        ("Das Paket ist nicht da", "latin"),
        ("Siparişim hâlâ gelmedi", "latin"),
        ("Где мой заказ", "cyrillic"),
        ("приложение Shop не работает", "cyrillic"),
        ("أين طلبي؟", "arabic"),
        ("سفارشم کجاست؟", "persian"),
        ("خيلي خوب بود", "persian"),
        ("👍👍", "none"),
        ("5/5", "none"),
        ("", "none"),
    ],
)
def test_the_writing_is_that_of_most_letters(text, expected):
    """Arabic and Persian are told apart also where Persian is typed on an Arabic keyboard."""
    assert expected == WRITINGS[writing(text)]
