"""Stars and text together, and the mark where they contradict each other."""

import pytest

from console.core.model import Mood
from console.core.mood import (
    BY_RATING,
    LEAST_JUDGED,
    Judgement,
    Precision,
    decide,
    precisions,
)

ANGRY = Mood("negative", 0.9, words=(("broken", 1.2),), model="m")
HAPPY = Mood("positive", 0.9, words=(("great", 1.2),), model="m")
PLAIN = Mood("neutral", 0.8, model="m")
UNSURE = Mood("negative", 0.4, uncertain=True, model="m")


def label(mood: Mood | None) -> str:
    assert mood is not None
    return mood.label


@pytest.mark.parametrize(
    ("rating", "expected"),
    [(1, "negative"), (2, "negative"), (3, "negative"), (4, "positive"), (5, "positive")],
)
def test_stars_alone_speak_for_themselves(rating, expected):
    """Without words the stars decide, and the mood says that it was they."""
    mood, contradiction = decide(None, rating)

    assert (expected, BY_RATING, False) == (label(mood), mood.model, contradiction)


@pytest.mark.parametrize(
    ("score", "expected"),
    [(0, "negative"), (6, "negative"), (7, "neutral"), (8, "neutral"), (9, "positive")],
)
def test_a_promoter_score_has_its_own_limits(score, expected):
    """0 to 6 detract, 7 and 8 are passive, 9 and 10 promote."""
    mood, _ = decide(None, score, 10, "survey")

    assert expected == label(mood)


@pytest.mark.parametrize(("rating", "expected"), [(2, "negative"), (6, "neutral"), (9, "positive")])
def test_ten_points_of_a_review_are_not_a_promoter_score(rating, expected):
    """Only a survey's ten points are: six of ten stars are a middling review."""
    mood, _ = decide(PLAIN, rating, 10, "review")

    assert expected == label(mood)


@pytest.mark.parametrize(("thumb", "expected"), [(0, "negative"), (1, "positive")])
def test_thumbs_point_up_or_down(thumb, expected):
    """A scale to 1 is a thumb."""
    mood, _ = decide(None, thumb, 1, "survey")

    assert expected == label(mood)


def test_words_decide_three_stars():
    """Three stars say little: a content text makes them positive, an angry one negative."""
    assert ("positive", "negative") == (label(decide(HAPPY, 3)[0]), label(decide(ANGRY, 3)[0]))


def test_five_stars_and_angry_words_contradict():
    """The opposite of the stars, said surely, is a mark on the row."""
    assert (True, True) == (decide(ANGRY, 5)[1], decide(HAPPY, 1)[1])


def test_an_unsure_text_contradicts_nothing():
    """A grey flag, and a neutral text, are no contradiction."""
    assert (False, False) == (decide(UNSURE, 5)[1], decide(PLAIN, 1)[1])


def test_agreement_makes_surer():
    """Stars and words that say the same give a higher score than the words alone."""
    mood, _ = decide(ANGRY, 1)

    assert mood.score > ANGRY.score


def test_the_words_are_kept_where_they_explain_the_label():
    """Words that spoke for another label than the one decided are not shown as its reason."""
    angry, overruled = decide(ANGRY, 1)[0], decide(UNSURE, 5)[0]

    assert (ANGRY.words, ()) == (angry.words, overruled.words)


def test_without_a_rating_the_text_stands():
    """Nothing is changed where there are no stars, and nothing invented where there is nothing."""
    assert ((ANGRY, False), (None, False)) == (decide(ANGRY, None), decide(None, None))


def test_precision_is_counted_by_language_and_label():
    """Two of three negative flags in Russian were confirmed, and each language stands alone."""
    judgements = [
        Judgement(1, "negative", "negative", "ru"),
        Judgement(2, "negative", "negative", "ru"),
        Judgement(3, "negative", "positive", "ru"),
        Judgement(4, "positive", "positive", "en"),
    ]

    found = precisions(judgements)

    assert ["en", "ru"] == list(found)
    assert (2, 1) == (len(found["ru"].right), len(found["ru"].wrong))
    assert ([1, 2, 3], []) == (
        [one.conversation for one in found["ru"].of("negative").judged],
        [one.conversation for one in found["ru"].of("positive").judged],
    )


def test_a_share_of_few_judgements_is_not_told():
    """One more makes it a number."""
    few = [Judgement(n, "negative", "negative" if n else "neutral") for n in range(LEAST_JUDGED)]

    assert None is Precision(tuple(few[1:])).share
    assert 1 - 1 / LEAST_JUDGED == Precision(tuple(few)).share
