"""The real mood process: started, watched, killed, stopped, and gone with its parent."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from console.mood.scorer import Scorer
from tests.mood.settings import Mooded

pytest.importorskip("flair")


def children() -> list[psutil.Process]:
    """The mood processes of this test: the one that loaded the model, then the one that reads."""
    own = psutil.Process().children(recursive=True)
    return [one for one in own if "console.mood.process" in one.cmdline()]


async def test_a_real_process_reads_moods_and_stays_out_of_ours():
    """Texts come back with moods and words; the process is gone when the block ends."""
    async with Scorer(Mooded()) as scorer:
        async with asyncio.timeout(120):
            moods = await scorer.score(["I love it", "не работает", "شكرا جزيلا"])
        started = children()

    assert ["positive", "negative", "positive"] == [mood.label for mood in moods if mood]
    gone, _ = psutil.wait_procs(started, timeout=10)
    assert started
    assert set(started) == set(gone)


def test_the_parent_imports_neither_flair_nor_torch():
    """Whoever watches the process stays small."""
    code = (
        "import sys, console.mood.scorer, console.mood.verb, console.core.mood\n"
        "print(sorted({'flair', 'torch', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "[]" == done.stdout.strip()


@pytest.mark.heavy
async def test_a_killed_process_is_replaced():
    """kill -9: the next text waits for the new process and is scored."""
    async with Scorer(Mooded()) as scorer, asyncio.timeout(120):
        await scorer.ready()
        children()[0].kill()
        moods = await scorer.score(["I love it"])

    assert "positive" == moods[0].label


async def test_a_killed_reader_has_a_successor_at_once():
    """kill -9 of the one that reads: nothing is loaded again, the next text is scored."""
    async with Scorer(Mooded()) as scorer, asyncio.timeout(120):
        await scorer.ready()
        loader, reader = children()
        reader.kill()
        moods = await scorer.score(["I love it"])
        survivors = children()

    assert "positive" == moods[0].label
    assert loader in survivors


@pytest.mark.heavy
async def test_a_stopped_reader_is_replaced():
    """SIGSTOP looks like a hang, and is treated as one."""
    async with Scorer(Mooded()) as scorer, asyncio.timeout(120):
        await scorer.ready()
        children()[-1].suspend()
        moods = await scorer.score(["I love it"])

    assert ("positive", 1) == (moods[0].label, scorer.deaths)


@pytest.mark.heavy
@pytest.mark.parametrize("killer", ["bomb", "hang"])
async def test_one_of_fifty_texts_kills_it(killer, tmp_path):
    """K3: the forty-nine others are scored, the killer is given up; the time is printed."""
    from tests.mood.deadly_model import save_deadly

    model = Mooded(model=str(save_deadly(tmp_path / "deadly.pt")), batch=50)
    texts = [f"text {n}" for n in range(50)]
    texts[20] = killer
    async with Scorer(model, patience=lambda texts: 3.0) as scorer, asyncio.timeout(200):
        await scorer.ready()
        asked = [asyncio.ensure_future(scorer.score([text])) for text in texts]
        begin = time.monotonic()
        await asyncio.wait([one for place, one in enumerate(asked) if place != 20])
        print(f"{killer}: the others were scored within {time.monotonic() - begin:.1f} s")
        moods = [(await one)[0] for one in asked]

    assert [20] == [place for place, mood in enumerate(moods) if mood is None]


@pytest.mark.heavy
def test_it_dies_with_its_parent(tmp_path: Path):
    """kill -9 of the parent leaves no mood process behind."""
    code = (
        "import asyncio\n"
        "from console.mood.scorer import Scorer\n"
        "from tests.mood.settings import Mooded\n"
        "async def main():\n"
        "    async with Scorer(Mooded()) as scorer:\n"
        "        await scorer.ready()\n"
        "        print('ready', flush=True)\n"
        "        await asyncio.sleep(600)\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).parents[2]
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=root)
    assert parent.stdout is not None
    parent.stdout.readline()
    orphan = psutil.Process(parent.pid).children()[0]
    parent.kill()
    parent.wait()
    parent.stdout.close()
    gone, alive = psutil.wait_procs([orphan], timeout=10)

    assert ([orphan], []) == (gone, alive)


@pytest.mark.heavy
async def test_an_interrupt_does_not_end_it():
    """Ctrl+C reaches every process of the terminal; this one waits for its parent's word."""
    async with Scorer(Mooded()) as scorer, asyncio.timeout(120):
        await scorer.ready()
        os.kill(children()[0].pid, signal.SIGINT)
        moods = await scorer.score(["I love it"])

    assert ("positive", 0) == (moods[0].label, scorer.deaths)
