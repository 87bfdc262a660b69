"""What is on record is named by ids that are there, and read some at a time."""

from dataclasses import dataclass

import pytest

from hookproof import BadConfiguration
from hookproof_runtime.command_line import pages_of, refuse_unknown_ids
from hookproof_runtime.command_line.on_record import PAGE


@dataclass(frozen=True)
class Kept:
    id: str


class Shelf:
    """So many records, and what was asked of them."""

    def __init__(self, number):
        self.kept = [Kept(f"msg_{one:05}") for one in range(number)]
        self.asked = []

    def behind(self, most, after):
        self.asked.append(most)
        return [one for one in self.kept if after is None or one.id > after][:most]

    def of(self, ids):
        self.asked.append(len(ids))
        return [one for one in self.kept if one.id in ids]


@pytest.mark.parametrize(
    ("number", "limit", "asked"),
    [
        pytest.param(0, None, [PAGE], id="none"),
        pytest.param(PAGE - 1, None, [PAGE], id="less than a page"),
        pytest.param(PAGE, None, [PAGE, PAGE], id="a whole page"),
        pytest.param(2 * PAGE + 1, None, [PAGE] * 3, id="pages"),
        pytest.param(2 * PAGE, PAGE + 1, [PAGE, 1], id="up to a limit"),
        pytest.param(9, 0, [], id="up to nothing"),
    ],
)
def test_records_are_read_once_each_and_in_order_up_to_the_limit(number, limit, asked):
    shelf = Shelf(number)
    pages = list(pages_of(shelf.behind, limit))
    assert shelf.kept[:limit] == [one for page in pages for one in page]
    assert all(pages)
    assert asked == shelf.asked


def test_a_page_is_read_when_it_is_its_turn():
    shelf = Shelf(2 * PAGE)
    assert PAGE == len(next(pages_of(shelf.behind, None)))
    assert [PAGE] == shelf.asked


def test_an_id_that_is_not_there_is_refused_however_many_are():
    shelf = Shelf(PAGE + 1)
    ids = tuple(one.id for one in shelf.kept)
    refuse_unknown_ids(ids, shelf.of, "hookproof inbox list")
    assert [PAGE, 1] == shelf.asked
    with pytest.raises(BadConfiguration, match=r"no message msg_9 is .* `hookproof inbox list` lists"):
        refuse_unknown_ids((*ids, "msg_9"), shelf.of, "hookproof inbox list")
