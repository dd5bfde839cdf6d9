"""Baselines for the shipped model, trained on the same rows: TF-IDF with logistic regression.

Run alone, it takes a while: `python -m tests.bench.bench_mood_baselines [LANG...]`. One model for
each language, on pieces of words of 2 to 5 characters, as one would build it in an afternoon.
"""

import sys

import numpy as np

from console.mood.corpus import load, read
from console.mood.figures import figures
from tests.shared_data import shared

LANGUAGES = ("en", "ru", "ar", "fa", "tr", "es", "pt", "de", "fr", "it")
MOST_ROWS = 60_000


def main(languages: list[str]) -> None:
    """Prints one line for each language."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    folder = shared("data/sentiment")
    found = load(folder, "any")
    chance = np.random.default_rng(1)
    for lang in languages:
        rows = [row for row in found.train if row.lang == lang]
        if len(rows) > MOST_ROWS:
            rows = [rows[place] for place in chance.choice(len(rows), MOST_ROWS, replace=False)]
        tests = list(read(folder / f"test-{lang}.jsonl.gz"))
        pieces = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True, dtype=np.float32
        )
        known = pieces.fit_transform([row.text for row in rows])
        model = LogisticRegression(C=2.0, class_weight="balanced", solver="saga", max_iter=15)
        model.fit(known, [row.label for row in rows])
        chances = model.predict_proba(pieces.transform([row.text for row in tests]))
        one = figures(np.array([row.label for row in tests]), chances.astype(np.float32))
        print(
            f"baseline {lang}: {len(rows)} rows, macro-F1 {one.macro_f1:.3f}, "
            f"polar {one.polar:.3f}, neutral masked {one.masked:.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:] or list(LANGUAGES))
