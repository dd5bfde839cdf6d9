"""The mood process: `python -m console.mood.process`, started and watched by `Scorer`.

Reads one line of settings, then questions from standard input; answers on what was
standard output. It ends when its input ends.

On Linux it is two: one loads the model (seconds, and never reads a text), and forks the one that
reads texts (10 ms). When a text ends the reader, the next reader is there at once, without loading
anything again; the model's memory is shared.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
from collections.abc import Callable
from typing import BinaryIO

import msgspec

from console.core.i18n import _
from console.mood.model import ModelError
from console.mood.reading import Reading
from console.mood.wire import Answer, Failed, Fell, Question, Ready, Score, Scored, Settings

_PR_SET_PDEATHSIG = 1


def _die_with(parent: int) -> None:
    """Asks Linux to kill this process when its parent dies; elsewhere the end of input must do."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def _private_output() -> BinaryIO:
    """Standard output, kept for answers alone: whatever a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def main() -> None:
    """Loads the model, then answers until the input ends."""
    # Ctrl+C in the terminal reaches every process of the group; the desk decides when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with(os.getppid())
    output = _private_output()

    def answer(one: Answer) -> None:
        output.write(msgspec.json.encode(one) + b"\n")
        output.flush()

    settings = msgspec.json.decode(sys.stdin.buffer.readline(), type=Settings)
    # Before torch is imported, or it starts a thread for every core.
    os.environ.setdefault("OMP_NUM_THREADS", str(settings.threads))
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from console.mood.loading import Unreachable, load

    try:
        reading = load(settings)
    except ModelError as error:
        answer(Failed(str(error), again=isinstance(error, Unreachable)))
        return
    except Exception as error:
        # whatever a model file can do wrong while it loads, it will do again
        sentence = _("the model {name} cannot be loaded ({why}); mood stays off")
        why = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
        answer(Failed(sentence.format(name=settings.model, why=why[:200]), again=False))
        return
    # What was loaded stays. Python waits with a whole collection until a quarter of all it counted
    # is new, and questions leave sentences that know each other: they grew to 15 MB over 100,000 texts.
    # The second collection counts again, without what is frozen.
    gc.collect()
    gc.freeze()
    gc.collect()
    if sys.platform == "linux":
        _keep_a_reader(reading, settings, answer)
    else:
        answer(Ready(reading.name, os.getpid(), reading.warning))
        _read_on(reading, settings, answer)


def _keep_a_reader(reading: Reading, settings: Settings, answer: Callable[[Answer], None]) -> None:
    """Forks a reader, and another one for each that falls, until one comes to the end of the input."""
    own, fallen = os.getpid(), ""
    while True:
        reader = os.fork()
        if reader == 0:
            code = 1
            try:
                _die_with(own)
                _read_on(reading, settings, answer)
                code = 0
            finally:
                os._exit(code)
        answer(Fell(fallen, reader) if fallen else Ready(reading.name, reader, reading.warning))
        _, status = os.waitpid(reader, 0)
        code = os.waitstatus_to_exitcode(status)
        if code == 0:
            return
        fallen = f"signal {-code}" if code < 0 else f"code {code}"


def _read_on(reading: Reading, settings: Settings, answer: Callable[[Answer], None]) -> None:
    import torch

    # Not earlier: a pool of threads does not survive a fork.
    torch.set_num_threads(settings.threads)
    for line in sys.stdin.buffer:
        try:
            question = msgspec.json.decode(line, type=Question)
        except msgspec.DecodeError:
            # The end of a question whose reader died while it was still being written.
            continue
        if isinstance(question, Score):
            answer(Scored(reading.moods(question.texts)))
        else:
            answer(Scored([reading.why(question.text)]))


if __name__ == "__main__":
    main()
