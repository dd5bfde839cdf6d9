"""What the command line takes for what."""

import pytest

from console.cli import parsed as parsed_list


def parsed(*argv):
    """The arguments of a command line."""
    return parsed_list(argv)


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["queue", "is:open", "-refund"], ["is:open", "-refund"]),
        (["queue", "-refund", "lang:ar", "--json"], ["-refund", "lang:ar"]),
        (["watch", "-is:snoozed", "--seconds", "1"], ["-is:snoozed"]),
        (["export", "-tag:spam"], ["-tag:spam"]),
    ],
)
def test_a_word_with_a_minus_is_no_option(argv, expected):
    """`shiftdesk queue -refund` was called wrong use, though the filter language has it."""
    assert sorted(expected) == sorted(parsed(*argv).filter)


def test_a_tag_is_removed_as_the_help_says():
    """With a minus before it, and nothing else."""
    assert ["a", "-b"] == parsed("tag", "5", "a", "-b").tags
    assert ["-b"] == parsed("tag", "5", "-b").tags


@pytest.mark.parametrize("argv", [["queue", "--nonsense"], ["show", "5", "-x"]])
def test_unknown_options_are_wrong_use(argv, capsys):
    """Exit code 2, and the option is named."""
    with pytest.raises(SystemExit) as ended:
        parsed(*argv)

    assert 2 == ended.value.code
    assert argv[-1] in capsys.readouterr().err


def test_a_console_is_opened_by_its_options_alone():
    """No verb is built for it, and a verb is still found behind its options."""
    assert ("a.toml", True) == (
        parsed("--config", "a.toml", "--observe").config,
        parsed("--config", "a.toml", "--observe").observe,
    )
    assert "queue" == parsed("--config", "a.toml", "queue").verb


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["queue", "--count", "0"], "--count: expected a whole number from 1 on; found 0"),
        (["search", "x", "--count", "-3"], "expected a whole number from 1 on; found -3"),
        (["show", "abc"], "id: expected a number, as `shiftdesk queue` shows it; found abc"),
    ],
)
def test_a_wrong_number_is_wrong_use(argv, words, capsys):
    """`--count 0` printed a row, and `show abc` spoke of an invalid int value."""
    with pytest.raises(SystemExit) as ended:
        parsed(*argv)

    assert 2 == ended.value.code
    assert words in capsys.readouterr().err
