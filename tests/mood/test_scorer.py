"""The parent's side of the mood process, with a process that is none."""

import asyncio

import pytest

from console.core.model import Mood
from console.mood.child import Broken, Refused
from console.mood.model import ModelError
from console.mood.scorer import LONGEST_PAUSE, Scorer, Spoken
from console.mood.wire import Settings
from tests.mood.fake_child import FakeChildren, Pauses, letters
from tests.mood.settings import Mooded


def scorer(children: FakeChildren, pauses: Pauses | None = None) -> Scorer:
    return Scorer(Mooded(), start=children.start, sleep=pauses or Pauses(), chance=lambda: 1.0)


async def test_moods_come_in_the_order_of_the_texts():
    """However many batches they take, answers stand in the order of the questions."""
    texts = ["a" * n for n in range(1, 12)]
    async with scorer(FakeChildren()) as own:
        moods = await own.score(texts)

    assert [letters(text) for text in texts] == moods


async def test_texts_go_in_batches_of_the_configured_size():
    """Ten texts at a batch of four are three questions."""
    children = FakeChildren()
    async with scorer(children) as own:
        await own.score(["text"] * 10)

    assert [4, 4, 2] == [len(texts) for texts in children.asked]


async def test_drafts_go_before_everything_else():
    """A draft asked for while a backlog waits is in the very next batch."""
    children = FakeChildren()
    async with scorer(children) as own:
        backlog = asyncio.ensure_future(own.score(["old"] * 40))
        await asyncio.sleep(0)
        await own.score(["draft"], urgent=True)
        await backlog

    assert ["draft"] in children.asked[:2]


async def test_a_killer_is_given_up_and_the_others_are_scored():
    """A text that ends the process twice gets None; its neighbours get their moods."""
    children = FakeChildren(deadly=frozenset({"bomb"}))
    async with scorer(children) as own:
        moods = await own.score(["one", "bomb", "three", "four", "five"])

    assert [letters("one"), None, letters("three"), letters("four"), letters("five")] == moods
    assert 3 == children.started


async def test_the_innocent_do_not_wait_for_the_suspects():
    """After a death, texts that were not in the deadly batch are scored first."""
    children = FakeChildren(deadly=frozenset({"bomb"}))
    async with scorer(children) as own:
        await own.score(["bomb", "a", "b", "c", "later"])

    assert [["bomb", "a", "b", "c"], ["later"], ["bomb"]] == children.asked[:3]


async def test_every_start_has_its_end():
    """No process is left behind, neither after a death nor at the end."""
    children = FakeChildren(deadly=frozenset({"bomb"}))
    async with scorer(children) as own:
        await own.score(["bomb"])

    assert children.started == children.stopped


async def test_pauses_between_vain_starts_grow_to_a_cap():
    """A process that never comes up is tried less and less often, but never given up."""
    pauses = Pauses(most=12)
    children = FakeChildren(refusals=[Broken("no")] * 20)
    async with scorer(children, pauses):
        await pauses.enough.wait()

    assert [0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60, LONGEST_PAUSE] == pauses.taken


async def test_a_working_process_resets_the_pause():
    """After a success the next death is mended quickly."""
    pauses = Pauses()
    children = FakeChildren(refusals=[Broken("no")] * 3, deadly=frozenset({"bomb"}))
    async with scorer(children, pauses) as own:
        await own.score(["fine"])
        await own.score(["bomb"])

    assert 0.5 == pauses.taken[3]


async def test_no_network_is_worth_another_try():
    """A model that could not be fetched is asked for again, and the sentence is shown meanwhile."""
    troubles: list[str] = []
    children = FakeChildren(refusals=[Refused("no network", again=True)] * 2)
    pauses = Pauses()
    own = scorer(children, pauses)
    pauses_taken = pauses.__call__

    async def noted(seconds: float) -> None:
        troubles.append(own.trouble)
        await pauses_taken(seconds)

    own._sleep = noted
    async with own:
        moods = await own.score(["text"])

    assert ["no network", "no network"] == troubles
    assert [letters("text")] == moods


async def test_a_refusal_is_final_and_said():
    """A model that cannot be used is not tried again; who waits and who asks later is told why."""
    children = FakeChildren(refusals=[Refused("labels unknown", again=False)])
    async with scorer(children) as own:
        with pytest.raises(ModelError, match="labels unknown"):
            await own.score(["text"])
        with pytest.raises(ModelError, match="labels unknown"):
            await own.ready()

    assert ("failed", "labels unknown", 1) == (own.state, own.trouble, children.started)


async def test_mood_off_starts_nothing():
    """With model = "off" no process is started, and the state says so."""
    children = FakeChildren()
    async with Scorer(Mooded(model="off"), start=children.start) as own:
        with pytest.raises(ModelError):
            await own.score(["text"])

    assert ("off", 0) == (own.state, children.started)


async def test_without_flair_the_state_is_off_with_a_sentence(monkeypatch):
    """Where the extra is not installed, the sentence names the command that installs it."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    async with Scorer(Mooded()) as own:
        assert "off" == own.state
        assert "pip install" in own.trouble


async def test_an_explanation_waits_for_moods():
    """Explaining a mood never delays a mood."""
    children = FakeChildren()
    async with scorer(children) as own:
        explained = asyncio.ensure_future(own.why("why this"))
        await own.score(["first"] * 5)
        await explained

    assert ["why this"] == children.asked[-1]


async def test_nobody_waits_for_a_question_that_was_taken_back():
    """A cancelled question is not asked."""
    children = FakeChildren()
    async with scorer(children) as own:
        waiting = asyncio.ensure_future(own.score(["gone"]))
        await asyncio.sleep(0)
        waiting.cancel()
        await own.score(["here"])

    assert [["here"]] == children.asked


async def test_an_error_in_the_body_comes_out_as_itself():
    """What goes wrong in the caller's block is not wrapped in a group of errors."""
    with pytest.raises(KeyError):
        async with scorer(FakeChildren()):
            raise KeyError("mine")


async def test_half_characters_do_not_hurt():
    """A lone surrogate is replaced on the way to the process."""
    children = FakeChildren()
    async with scorer(children) as own:
        moods = await own.score(["\ud83d broken"])

    assert [["? broken"]] == children.asked
    assert isinstance(moods[0], Mood)


async def test_what_is_learnt_takes_effect_at_once(tmp_path):
    """A file of what was learnt that comes, changes or goes starts the process anew; nothing is lost."""
    learned = tmp_path / "learnt"
    children = FakeChildren()
    own = Scorer(Mooded(), learned=learned, start=children.start, sleep=Pauses())
    async with own:
        first = await own.score(["one"])
        learned.write_bytes(b"a lesson")
        second = await own.score(["two"])
        learned.unlink()
        third = await own.score(["three"])

    assert [[letters("one")], [letters("two")], [letters("three")]] == [first, second, third]
    assert (3, 3, 0) == (children.started, children.stopped, own.deaths)


async def test_what_is_learnt_is_noticed_while_nothing_is_asked(tmp_path):
    """The new name of the model is there without a question, and all moods are read anew."""
    learned = tmp_path / "learnt"
    children, again = FakeChildren(), asyncio.Event()

    async def start(settings: Settings, patience: float) -> Spoken:
        if children.started:
            again.set()
        return await children.start(settings, patience)

    own = Scorer(Mooded(), learned=learned, start=start, sleep=Pauses(), look_every=0)
    async with own:
        await own.ready()
        learned.write_bytes(b"a lesson")
        await again.wait()
        await own.ready()

    assert 2 == children.started
