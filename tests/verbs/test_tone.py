"""`shiftdesk tone`: a line for a line."""

from __future__ import annotations

import io
import json

from console.verbs.tone import tone_verb

GOOD = json.dumps(
    {
        "item": {"text": "It broke.", "rating": 1, "kind": "review", "language": "en"},
        "draft": "Calm down, you idiot.",
        "context": {"public": True},
    }
)


def run(*lines: str) -> tuple[int, list[dict[str, object]]]:
    out = io.StringIO()
    code = tone_verb(io.StringIO("".join(f"{line}\n" for line in lines)), out)
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def test_every_hint_of_a_draft_is_printed() -> None:
    """A hint has its id, severity, span and message."""
    code, answers = run(GOOD)

    hint = next(h for h in answers[0]["hints"] if h["id"] == "anger")  # type: ignore[attr-defined]
    assert (0, {"id", "severity", "start", "end", "message"}) == (code, set(hint))


def test_a_bad_line_is_named_and_the_stream_goes_on() -> None:
    """The second line is broken, the third is answered."""
    code, answers = run(GOOD, "{nonsense", GOOD)

    assert 1 == code
    assert str(answers[1]["error"]).startswith("line 2: ")
    assert "hints" in answers[2]


def test_a_wrong_field_is_named() -> None:
    """A draft that is no text is refused with the field's name."""
    _, answers = run('{"draft": 5}')

    assert "draft" in str(answers[0]["error"])


def test_each_answer_is_flushed() -> None:
    """Whoever waits for an answer gets it before sending the next line."""
    flushed: list[int] = []

    class Watched(io.StringIO):
        def flush(self) -> None:
            flushed.append(self.getvalue().count("\n"))

    tone_verb(io.StringIO(f"{GOOD}\n{GOOD}\n"), Watched())

    assert [1, 2] == flushed
