"""`harness init --from`: a recording becomes a scenario that runs."""

from pathlib import Path

from support.command import harness

BUY = Path(__file__).parent / "recordings" / "buy.json"


def test_a_recording_of_a_purchase_in_the_built_in_store_runs_green(tmp_path: Path) -> None:
    made = harness("init", "--from", BUY, cwd=tmp_path)
    assert made.status == 0, made.err
    text = (tmp_path / "buy.yaml").read_text(encoding="utf-8")
    for line in (
        "- arrive: {at: home}",
        "- category: {name: 'Kitchen'}",
        "- search: {words: 'tumbler'}",
        "- place order",
    ):
        assert line in text
    assert "# step 3 is left out: hover" in text
    assert "step 3 is left out: hover" in made.err
    ran = harness("run", "buy.yaml", "--report", "json", cwd=tmp_path)
    assert ran.status == 0, ran.out
    assert ran.report["totals"]["events"] == 19
