"""Policies that ask who the customer is, or whose team has it."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from console.core.policy import Conditions, Group, Policy, Rules, Target
from console.store import Store
from tests.store.conftest import RULES, at, one, poll, post

HOUR = timedelta(hours=1)
GROUPED: Rules = msgspec.structs.replace(
    RULES,
    groups=(
        Group("vip", customers=("*@bank.example", "play: sara")),
        Group("night", agents=("bo",)),
    ),
    policies=(
        Policy("vip", (Conditions(customer_group=("vip",)),), (Target("frt", HOUR, False),)),
        Policy(
            "night", (Conditions(assignee_group=("night",)),), (Target("frt", 2 * HOUR, False),)
        ),
        Policy("all", (), (Target("frt", 4 * HOUR, False),)),
    ),
)


async def policy(store: Store, conversation: int) -> str:
    """The policy that the first reply is due by."""
    return next(c for c in (await store.ledger(conversation))[1] if c.kind == "frt").policy


async def test_a_customers_id_on_their_platform_puts_them_in_a_group(store: Store) -> None:
    """Letter case does not matter; a source before the colon means that one alone."""
    await store.adopt(GROUPED, at("8:40"))
    posts = [post("1", author_id="Ann@Bank.example"), post("2", author_id="sara")]
    banker, sara = (await poll(store, "mast", posts, "9:01")).conversations
    (there,) = (await poll(store, "play", [post("3", author_id="sara")], "9:01")).conversations

    assert ["vip", "all", "vip"] == [await policy(store, one) for one in (banker, sara, there)]


async def test_whose_it_is_decides_the_policy_and_never_the_start(store: Store) -> None:
    """Claimed by the night team two hours count; handed back, four."""
    await store.adopt(GROUPED, at("8:40"))
    conversation = await one(store, author_id="x")
    await store.claim(conversation, "bo", at("9:10"))
    claimed = (await store.row(conversation)).due_at
    await store.assign(conversation, "", "bo", at("9:20"))

    assert (at("11:00"), at("13:00")) == (claimed, (await store.row(conversation)).due_at)


async def test_a_snooze_that_returns_to_the_team_leaves_its_owners_group(store: Store) -> None:
    """Its owner is off shift when it wakes."""
    await store.adopt(GROUPED, at("8:40"))
    conversation = await one(store, author_id="x")
    await store.claim(conversation, "bo", at("9:10"))
    await store.set_shift("ana", at("9:11"), on=True)
    await store.snooze(conversation, "bo", at("9:12"), until=at("10:00"))
    await store.tick(at("10:00"))

    assert "all" == await policy(store, conversation)


async def test_one_person_on_two_platforms_is_in_the_groups_of_both(store: Store) -> None:
    """Joined, taken back, and rebuilt: each time the policy is the customer's."""
    await store.adopt(GROUPED, at("8:40"))
    posts = [post("1", author_id="x"), post("2", author_id="ann@bank.example")]
    here, banker = (await poll(store, "mast", posts, "9:01")).conversations
    other = await store.customer(banker)
    assert other is not None
    await store.join_customers(here, other.id, "ana", at("9:05"))
    joined = await policy(store, here)
    await store.undo("ana", at("9:06"))

    assert ("vip", "all", 0) == (joined, await policy(store, here), await store.rebuild())


async def test_a_group_that_changes_is_a_new_version_of_the_rules(store: Store) -> None:
    """Told before, then true."""
    await store.adopt(GROUPED, at("8:40"))
    conversation = await one(store, author_id="x")
    wider = msgspec.structs.replace(GROUPED, groups=(Group("vip", customers=("x",)),))
    told = await store.adopt(wider, at("9:10"), preview=True)
    await store.adopt(wider, at("9:10"))

    assert (1, at("10:00")) == (told.earlier, (await store.row(conversation)).due_at)


async def test_how_long_a_return_reopens_is_the_configurations_word(store: Store) -> None:
    """Two days everywhere, five on one source; later a conversation of its own follows."""
    rules = msgspec.structs.replace(
        RULES, reopen_within=timedelta(days=2), reopen_of={"play": timedelta(days=5)}
    )
    await store.adopt(rules, at("8:40"))
    found = []
    for source in ("mast", "play"):
        conversation = await one(store, source, thread="t")
        await store.set_status(conversation, "solved", "ana", at("10:00"), reason="no need")
        back = await poll(store, source, [post("2", when="+3d 9:00", thread="t")], "+3d 9:01")
        found.append(back.conversations == (conversation,))

    assert [False, True] == found
