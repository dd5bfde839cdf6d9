"""Writes the model card: what the model is for, what it learnt from, how good it is, where it fails."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from console.mood.corpus import Corpus, Row
from console.mood.figures import Figures, table
from console.mood.model import UNCERTAIN

_OPENING = """\
# Model card: the mood of a message

`sentiment.pt` is a flair `TextClassifier` of {megabytes:.1f} MB that labels a customer's text
negative, neutral or positive, in one model for all languages. It was trained by
`python -m console.mood.train --data DIR`{licence}; this card is written by the same run.

## Purpose

To flag reviews, mentions and messages for a support team: what reads angry is seen sooner. It orders
nothing by itself, and a person's correction always wins. It is not made to judge people,
employees, or texts on which a decision about somebody depends.

## How it works

Two halves read every text. The linear half weighs hashed words, word pairs and pieces of words
(2 to 5 characters) in 2^20 buckets; its weights are exact, and they are what "the words that decided"
shows. The reading half runs {readers} small recurrent network(s) over 24,000 word pieces, which before they learn any label
know which pieces keep the same company. Their scores are added,
weighed by writing (English, other Latin, Cyrillic, Arabic, Persian) so that on a development split of the training
rows the score means what it says: of the texts scored .7, about seven in ten are right. That split has even
labels and no row whose four-word runs are familiar from the training rows; scores are then cooled a little, because
sites that were never seen are read a little worse. Below {uncertain} a mood is uncertain: its flag is grey.

A text is cut to its first 400 and last 200 characters after normalising (lower case, folded letters; links, handles and
digits replaced). The same text scores the same alone and in any batch.

## Figures

*polar*: of the negative and positive texts, the share read rightly, where neutral is an error. *flip*: read as the
opposite. Test rows are never learnt from and nothing was chosen by them; their labels are evened out, so use
macro-F1, and do not read real shares of moods from them.
"""

_FAILURES = """\
## Known failures

- Sarcasm is caught only in its common forms ("thanks for nothing").
- Three-star reviews: their labels are noise, and so is what was learnt from them.
- News-like posts about bad events may read as negative although nobody complains.
- Arabic in Latin letters, and Persian or Russian in Latin letters, were not in the data: expect chance there.
- Languages outside the table are read by emoji and loan words alone.
- The Russian bank reviews are about one bank, so the words for it lean to negative.
- The middle of texts over 600 characters is not read.
"""

_RIGHTS = """\
## Data, licences and attribution

Rows marked for non-commercial use are never learnt from. Rows whose repository states no licence are
(train with `--licence open` to leave them out). Attribution is due to the sources under CC-BY (XED, AfriSenti, Banking77,
NLU++, clinc, MASSIVE) and CC-BY-SA or CDLA-Sharing (ArBanking77, xSID, Bitext); MIT, Apache-2.0 and AFL-3.0 sources ask for their
notice, which is this table. Our own phrases and texts are part of this project (MIT).
"""


def _sources(rows: Iterable[Row]) -> str:
    counts: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        counts[row.source, row.lang, row.licence][row.label] += 1
    lines = [
        f"| {source} | {lang} | {licence} | {' / '.join(map(str, own))} |"
        for (source, lang, licence), own in sorted(counts.items())
    ]
    head = "| source | language | licence | negative / neutral / positive |\n|---|---|---|---|"
    return "\n".join([head, *lines])


def write(
    path: Path,
    found: Corpus,
    report: Mapping[str, dict[str, Figures]],
    *,
    licence: str,
    megabytes: float,
    readers: int,
    beside: Path | None = None,
) -> None:
    """Writes the card to `path`; `beside` is a file of further Markdown, measured by other runs."""
    chosen = " with `--licence open`" if licence == "open" else ""
    parts = [
        _OPENING.format(megabytes=megabytes, licence=chosen, readers=readers, uncertain=UNCERTAIN)
    ]
    for name, groups in report.items():
        parts.append(f"### {name.capitalize()}\n\n{table(groups, 'group')}\n")
    if beside and beside.is_file():
        parts.append(beside.read_text(encoding="utf-8"))
    parts += [_FAILURES, _RIGHTS, _sources(found.train)]
    path.write_text("\n".join(parts) + "\n", encoding="utf-8")
