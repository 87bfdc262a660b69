"""A run on a terminal: a table of its tasks, drawn again in its place while they go on."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from types import TracebackType

from rich import box, live
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hookproof_runtime.command_line import printable

from ...plans import Edge, NodeState, leads
from ...plans.deciding import ENDED
from ...plans.running import (
    AttemptBegun,
    AttemptOver,
    Event,
    JobSeen,
    NodeChanged,
    PlanRun,
    Waits,
    Warned,
)
from ..lines import duration

_STYLES: dict[NodeState, str] = {
    "waiting": "dim",
    "running": "bold cyan",
    "succeeded": "green",
    "failed": "red",
    "skipped": "dim",
    "cancelled": "yellow",
    "unknown": "yellow",
}
_A_SECOND = 8  # times drawn


@dataclass(slots=True)
class _Row:
    """One task, as it is shown."""

    name: str
    state: NodeState
    attempts: str
    what: str
    began: float | None = None  # monotonic
    took: float | None = None
    due: float | None = None  # monotonic: when its next attempt begins
    warned: str = ""


class Live:
    """Shows a run as it goes on, from `with` to its end. It is told by any number of threads.

    Args:
        run: the run, as it stands before.
        console: where it is drawn; None for standard output. It has no colours where NO_COLOR is set.
    """

    def __init__(self, run: PlanRun, console: Console | None = None) -> None:
        self._title = f"{printable(run.name)}  {run.id}"
        self._rows = {
            node.handle: _Row(
                name=printable(node.name),
                state=node.state,
                attempts=str(node.attempts or ""),
                what=printable(node.sentence or ""),
                took=node.duration_s,
            )
            for node in run.nodes
        }
        self._edges = [Edge(edge.source, edge.target, edge.rule) for edge in run.edges]
        self._lock = threading.Lock()
        self._console = console or Console(highlight=False)
        self._live = live.Live(
            console=self._console,
            get_renderable=self.table,
            refresh_per_second=_A_SECOND,
        )

    def __enter__(self) -> Live:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._live.stop()

    def tell(self, event: Event) -> None:
        """Take in what happened; it is seen with the next drawing."""
        with self._lock:
            self._take_in(self._rows[event.handle], event)

    def table(self) -> Table:
        """The table as it is now.

        Where it is higher than the terminal, which shows its beginning alone, what runs stands first.
        """
        whole = self._table(list(self._rows))
        if len(self._console.render_lines(whole)) <= self._console.height:
            return whole
        return self._table(sorted(self._rows, key=lambda handle: _place(self._rows[handle].state)))

    def _table(self, handles: list[str]) -> Table:
        table = Table(title=Text(self._title), title_justify="left", expand=True, box=box.SIMPLE)
        table.add_column("task", ratio=3, min_width=len("zj  …"), no_wrap=True, overflow="ellipsis")
        for heading, width in ("state", 9), ("attempts", 8), ("time", 9):  # they stay where they are
            table.add_column(heading, min_width=width, no_wrap=True)
        table.add_column("after", ratio=2)
        table.add_column("", ratio=5, overflow="fold")
        with self._lock:
            states = {handle: row.state for handle, row in self._rows.items()}
            for handle in handles:
                row = self._rows[handle]
                table.add_row(
                    Text(f"{handle}  {row.name}"),
                    Text(row.state, style=_STYLES[row.state]),
                    Text(row.attempts),
                    Text(_time(row)),
                    self._after(handle, states),
                    Text(_what(row)),
                )
        return table

    def _take_in(self, row: _Row, event: Event) -> None:
        match event:
            case NodeChanged(_, state, sentence):
                row.state, row.what, row.due = state, printable(sentence or ""), None
                if state == "running":
                    row.began, row.took = time.monotonic(), None
                elif row.began is not None:
                    row.took = time.monotonic() - row.began
            case AttemptBegun(_, start, allowed, target):
                row.attempts = f"{start.number} of {allowed}"
                row.what, row.due = printable(target), None
            case AttemptOver(_, attempt):
                row.what = attempt.sentence
                if attempt.retry_in_s is not None:
                    row.due = time.monotonic() + attempt.retry_in_s
            case JobSeen(_, job, status):
                row.what = f"job {job} {printable(status)}"
            case Waits(_, seconds, elsewhere):
                row.what = "another process sends its message" if elsewhere else "not due yet"
                row.due = None if elsewhere else time.monotonic() + seconds
            case Warned(_, sentence):
                row.warned = printable(sentence)

    def _after(self, handle: str, states: dict[str, NodeState]) -> Text:
        """The edges that lead here, and what each decided: + leads on, - does not, · is open."""
        text = Text()
        for edge in self._edges:
            if edge.target == handle:
                decided = leads(edge, states)
                mark, style = {None: ("·", "dim"), True: ("+", "green"), False: ("-", "dim")}[decided]
                text.append(f"{', ' if text else ''}{mark} {edge.source} {edge.rule}", style=style)
        return text


def _place(state: NodeState) -> int:
    """What runs, or is not known, before what waits, and that before what has ended."""
    return 2 if state in ENDED else 1 if state == "waiting" else 0


def _time(row: _Row) -> str:
    if row.took is not None:
        return duration(row.took)
    if row.began is not None and row.state == "running":
        return duration(time.monotonic() - row.began)
    return ""


def _what(row: _Row) -> str:
    what = row.what
    if row.due is not None:
        what += f"; tried again in {max(0.0, row.due - time.monotonic()):.1f} s"
    return f"{what}; warning: {row.warned}" if row.warned else what
