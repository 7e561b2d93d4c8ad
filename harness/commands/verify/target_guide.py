"""A target's help on the way through its store: its own way to search, to fill the cart, to the cart and to the checkout."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace

from harness.browser.errors import ActionError
from harness.commands.verify.navigation import Explorer
from harness.errors import FileError
from harness.runner.action_executor import ActionExecutor
from harness.scenario.actions import Call
from harness.scenario.shopper import make_shopper
from harness.scenario.target import Target
from harness.scenario.variables import Variables

Act = Callable[[], Awaitable[None]]
_ELEMENT_S = 5.0


@dataclass(frozen=True, kw_only=True)
class Guide:
    """What a target can do here. It never buys, whatever the target allows."""

    target: Target
    journey: ActionExecutor

    def act(self, action: str, *given: str) -> Act | None:
        """What does a target's action with these arguments; None where it has no such action, or that asks for more.

        FileError where it cannot be done: then the target does not fit its store.
        """
        known = self.target.actions.get(action)
        if known is None:
            return None
        values = dict(zip(known.parameters, given, strict=False))
        arguments = {key: values.get(key, parameter.default) for key, parameter in known.parameters.items()}
        if any(arguments[key] is None and not parameter.optional for key, parameter in known.parameters.items()):
            return None
        call = Call(action=action, arguments=arguments, place=self.target.file, title=action)
        return lambda: self._do(call)

    async def on_arrival(self) -> None:
        """What a shopper does first."""
        for call in self.target.external.on_arrival:
            await self._do(call)

    async def _do(self, call: Call) -> None:
        try:
            await self.journey.perform(call)
        except ActionError as error:
            place = "" if str(error).startswith('"') and self.target.file in str(error) else f"{error.place}: "
            raise FileError(f"{place}{error}") from None


def guide(target: Target, explorer: Explorer) -> Guide:
    """The guide of a way through a target's store."""
    shopper = make_shopper(seed=0, name="verify")
    journey = ActionExecutor(
        tabs=explorer.tabs,
        target=replace(target, external=replace(target.external, allows_orders=False, facts=())),
        recorder=explorer.recorder,
        read_ledger=_nothing,
        variables=Variables({"shopper": asdict(shopper)}),
        timeout=_ELEMENT_S,
        log=lambda line: explorer.clicks.append(line.strip()),
    )
    return Guide(target=target, journey=journey)


async def _nothing() -> None:
    return None
