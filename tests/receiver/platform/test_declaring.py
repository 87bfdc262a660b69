"""Recipes of one's own are declared, imported and run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType

import pytest
from tests.receiver.bare_server import eventually

from hookproof import BadConfiguration
from hookproof_receiver import Receiver
from hookproof_receiver.cli.checking import check
from hookproof_receiver.platform import Flow, Run, all_recipes, declaring, recipe
from hookproof_receiver.platform.run_job import RunJob
from hookproof_receiver.testing import running_receiver
from hookproof_runtime.command_line import Exit
from hookproof_runtime.settings import ReceiverSettings, SenderSettings

SHOP = """
from hookproof_receiver.platform import Flow, Run, recipe

SHOP = Flow(2, "Shop exports")

def profile(run: Run) -> None:
    (run.folder / "profile.json").write_text('{"rows": 2}')

@recipe(id=7, flow=SHOP, name="Count the stock", parameters={"branch": "all"}, profile=profile)
def count(run: Run) -> None:
    run.progress(1, 2)
    (run.folder / "stock.csv").write_text(f"branch\\n{run.parameters['branch']}\\n")
    run.wrote("stock.csv", rows=1)
"""


@pytest.fixture(autouse=True)
def nothing_declared(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(declaring, "_DECLARED", {})
    before = set(sys.modules)
    path = list(sys.path)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - before:
        if name.startswith("shop_"):
            del sys.modules[name]


@pytest.mark.rule("P-JOB-9")
def test_a_module_that_the_settings_name_is_run_with_its_parameters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop_recipes.py").write_text(SHOP)
    monkeypatch.chdir(tmp_path)
    receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db")
    receiver.include(ReceiverSettings(platform=True, recipes=("shop_recipes",)))
    receiver.on("/hooks/any", secrets="a-secret-of-more-than-16-bytes")
    with running_receiver(receiver):
        assert receiver._ends is not None
        service = receiver._ends.platform
        assert service is not None
        assert [(1, "Orders"), (2, "Shop exports")] == [(one.id, one.name) for one in service.flows()]
        group = service.run_job(RunJob(7, parameters={"branch": "Köln"}))
        assert group is not None
        eventually(lambda: service.job_group(group.id).status == "Complete")
        (main, *_) = service.outputs(group.id)
        assert ("stock.csv", 1, "branch\nKöln\n") == (
            main.name,
            main.rows,
            main.path.read_text("utf-8"),
        )
        assert {"rows": 2} == service.profile(group.id)


def test_the_recipe_of_the_receivers_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).resolve().parents[3] / "receiver" / "README.md").read_text(encoding="utf-8")
    module = page.partition("<!-- recipe -->\n```python\n")[2].partition("```")[0]
    (tmp_path / "shop_recipes.py").write_text(module, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db")
    receiver.include(ReceiverSettings(platform=True, recipes=("shop_recipes",)))
    with running_receiver(receiver):
        assert receiver._ends is not None
        service = receiver._ends.platform
        assert service is not None
        group = service.run_job(RunJob(7))
        assert group is not None
        eventually(lambda: service.job_group(group.id).status == "Complete")
        (main,) = service.outputs(group.id)
        assert ("stock.csv", 100) == (main.name, main.rows)


def test_one_s_own_recipe_4_takes_the_place_of_the_one_that_ships() -> None:
    recipe(id=4, flow=Flow(1, "Orders"), name="Mine")(_top_level)
    assert "Mine" == all_recipes()[4].name


@pytest.mark.parametrize(
    ("modules", "problem"),
    [
        pytest.param({"shop_a": "import nothing_of_that_name"}, "cannot be imported", id="broken"),
        pytest.param({"shop_b": "x = recipe(id=0, flow=F, name='n')"}, "1 or more", id="no id"),
        pytest.param({"shop_c": "recipe(id=8, flow=F, name='n')(lambda run: None)"}, None, id="lambda"),
        pytest.param(
            {
                "shop_d": "def one(run): ...\ndef other(run): ...\n"
                "recipe(id=8, flow=F, name='n')(one)\nrecipe(id=8, flow=F, name='n')(other)"
            },
            "declared twice",
            id="twice",
        ),
        pytest.param(
            {"shop_e": "def one(run): ...\nrecipe(id=8, flow=Flow(1, 'Other'), name='n')(one)"},
            "flow 1 is called both",
            id="a flow with two names",
        ),
    ],
)
def test_what_is_wrong_with_a_module_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, modules: dict[str, str], problem: str | None
) -> None:
    begin = "from hookproof_receiver.platform import Flow, recipe\nF = Flow(3, 'F')\n"
    for name, text in modules.items():
        (tmp_path / f"{name}.py").write_text(begin + text)
    monkeypatch.chdir(tmp_path)
    receiver = Receiver(f"sqlite:///{tmp_path}/inbox.db")
    settings = ReceiverSettings(recipes=tuple(modules))
    if problem is None:  # a lambda has a name of its own, `<lambda>`, that nothing can be fetched by
        problem = "has to be a function of a module"
    with pytest.raises(BadConfiguration, match=problem):
        receiver.include(settings)


def test_what_is_wrong_is_said_once_by_a_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = ReceiverSettings(recipes=("shop_nowhere",))
    assert Exit.NO == check(settings, SenderSettings(), as_json=True)
    assert 1 == capsys.readouterr().out.count("shop_nowhere cannot be imported")


def test_a_function_that_a_worker_cannot_import_is_refused() -> None:
    def inner(run: Run) -> None: ...

    started = FunctionType(_top_level.__code__, {}, "main")
    started.__module__ = "__main__"
    for function in (inner, started):
        with pytest.raises(BadConfiguration, match="a worker has to import it"):
            recipe(id=8, flow=Flow(3, "F"), name="n")(function)


def test_the_orders_can_be_made_by_hand(tmp_path: Path) -> None:
    module = "hookproof_receiver.platform.orders.making"
    subprocess.run([sys.executable, "-m", module, tmp_path / "o.csv", "--rows", "30"], check=True)
    lines = (tmp_path / "o.csv").read_text("utf-8-sig").splitlines()
    assert "order_id,customer," == lines[0][:18]
    assert "SO-00001" in lines[1].upper()


def _top_level(run: Run) -> None: ...


def test_jobs_are_run_where_they_are_served_and_not_by_what_opens_the_inbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop_recipes.py").write_text(SHOP)
    monkeypatch.chdir(tmp_path)
    settings = ReceiverSettings(platform=True, recipes=("shop_recipes",))
    receivers = [Receiver(f"sqlite:///{tmp_path}/inbox.db") for _ in range(2)]
    services = []
    for receiver in receivers:
        receiver.include(settings)
        receiver.on("/hooks/any", secrets="a-secret-of-more-than-16-bytes")
        receiver.open()
        assert receiver._ends is not None
        assert receiver._ends.platform is not None
        services.append(receiver._ends.platform)
    helping, serving = receivers
    try:
        with running_receiver(serving):
            assert services[1]._here is not None
            assert services[0]._here is None
            group = services[1].run_job(RunJob(7))
            assert group is not None
            eventually(lambda: services[0].job_group(group.id).status == "Complete")
    finally:
        helping.close()
