"""The actions of a target that a crawl uses: search, add to cart, open the cart and the checkout."""

from dataclasses import asdict, dataclass, replace

from harness.browser.errors import ActionError
from harness.commands.verify.navigation import Action, Navigator
from harness.errors import FileError
from harness.runner.action_executor import ActionExecutor
from harness.scenario.actions import Call
from harness.scenario.shopper import make_shopper
from harness.scenario.target import Target
from harness.scenario.variables import Variables

_ELEMENT_TIMEOUT_S = 5.0


@dataclass(frozen=True, kw_only=True)
class TargetGuide:
    """Performs the actions of a target, and adds them to `actions`. It never buys, even if the target allows test orders."""

    target: Target
    executor: ActionExecutor
    actions: list[str]

    def action(self, name: str, *arguments: str) -> Action | None:
        """A function that performs a target's action; None if the target lacks it or it requires more arguments.

        The function raises FileError if the action fails: the target does not fit the store.
        """
        definition = self.target.actions.get(name)
        if definition is None:
            return None
        given = dict(zip(definition.parameters, arguments, strict=False))
        values = {key: given.get(key, parameter.default) for key, parameter in definition.parameters.items()}
        if any(values[key] is None and not parameter.optional for key, parameter in definition.parameters.items()):
            return None
        call = Call(action=name, arguments=values, place=self.target.file, title=name)
        return lambda: self._perform(call)

    async def on_arrival(self) -> None:
        """Perform the target's actions for a shopper's arrival."""
        for call in self.target.external.on_arrival:
            await self._perform(call)

    async def _perform(self, call: Call) -> None:
        self.actions.append(f'performed "{call.title}"')
        try:
            await self.executor.perform(call)
        except ActionError as error:
            place = "" if str(error).startswith('"') and self.target.file in str(error) else f"{error.place}: "
            raise FileError(f"{place}{error}") from error


def guide_for(target: Target, navigator: Navigator) -> TargetGuide:
    """The guide for a crawl of the target's store."""
    shopper = make_shopper(seed=0, name="verify")
    executor = ActionExecutor(
        tabs=navigator.tabs,
        target=replace(target, external=replace(target.external, allows_orders=False, facts=())),
        recorder=navigator.recorder,
        read_ledger=_no_ledger,
        variables=Variables({"shopper": asdict(shopper)}),
        timeout=_ELEMENT_TIMEOUT_S,
        records_effects=False,  # `not-sent` is a note: a store need not send cart events
    )
    return TargetGuide(target=target, executor=executor, actions=navigator.log.actions)


async def _no_ledger() -> None:
    return None
