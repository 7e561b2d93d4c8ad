"""`harness init --from`: a recording becomes a scenario that passes."""

from pathlib import Path

from support.command import call

BUY = Path(__file__).parent / "recordings" / "buy.json"


def test_the_scenario_of_a_recorded_purchase_passes(tmp_path: Path) -> None:
    made = call("init", "--from", BUY, cwd=tmp_path)
    assert made.status == 0, made.err
    text = (tmp_path / "buy.yaml").read_text(encoding="utf-8")
    for line in (
        "- arrive: {at: home}",
        "- category: {name: 'Kitchen'}",
        "- search: {words: 'tumbler'}",
        "- place order",
    ):
        assert line in text
    assert "# step 3 is omitted: hover" in text
    assert "step 3 is omitted: hover" in made.err
    ran = call("run", "buy.yaml", "--report", "json", cwd=tmp_path)
    assert ran.status == 0, ran.out
    assert ran.report["totals"]["events"] == 19
