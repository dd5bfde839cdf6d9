"""The mood process: `python -m console.mood.process`, started and watched by `Scorer`.

Reads one line of settings, then questions from standard input; answers on what was
standard output. It ends when its input ends.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import BinaryIO

import msgspec

from console.mood.model import ModelError
from console.mood.wire import Answer, Failed, Question, Ready, Score, Scored, Settings

_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """Asks Linux to kill this process when its parent dies; elsewhere the end of input must do."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == 1:
            sys.exit(1)


def _private_output() -> BinaryIO:
    """Standard output, kept for answers alone: whatever a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def main() -> None:
    """Loads the model, then answers until the input ends."""
    # Ctrl+C in the terminal reaches every process of the group; the desk decides when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with_parent()
    output = _private_output()
    questions = sys.stdin.buffer

    def answer(one: Answer) -> None:
        output.write(msgspec.json.encode(one) + b"\n")
        output.flush()

    settings = msgspec.json.decode(questions.readline(), type=Settings)
    # Before torch is imported, or it starts a thread for every core.
    os.environ.setdefault("OMP_NUM_THREADS", str(settings.threads))
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from console.mood.loading import Unreachable, load

    try:
        reading = load(settings)
    except ModelError as error:
        answer(Failed(str(error), again=isinstance(error, Unreachable)))
        return
    answer(Ready(reading.name, reading.warning))
    for line in questions:
        question = msgspec.json.decode(line, type=Question)
        if isinstance(question, Score):
            answer(Scored(reading.moods(question.texts)))
        else:
            answer(Scored([reading.why(question.text)]))


if __name__ == "__main__":
    main()
