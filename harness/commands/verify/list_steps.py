"""Use a list of products as a shopper does: one sort order, one further page, one filter."""

from collections.abc import Callable
from dataclasses import dataclass

from harness.commands.verify import list_controls as controls
from harness.commands.verify import page_classifier as pages
from harness.commands.verify.list_controls import Control
from harness.commands.verify.navigation import Classifier, Navigator, in_words
from harness.commands.verify.page_classifier import Survey
from harness.commands.verify.page_urls import path_of


@dataclass(frozen=True, kw_only=True)
class ListSteps:
    """Performs the steps on the list that the browser shows; the pages are of the type `kind`."""

    navigator: Navigator
    kind: str = "category"

    async def perform(self, survey: Survey) -> Survey:
        """Perform the steps that the list has controls for, and return the last survey."""
        steps: tuple[tuple[str, str, str, Callable[[Survey], Control | None]], ...] = (
            ("sorted", "a sort order", "sort by", controls.sort_control),
            ("paged", "a further page", "open the list page", controls.next_control),
            ("filtered", "a filter", "filter by", controls.filter_control),
        )
        for did, name, title, find in steps:
            control = find(survey)
            if control is not None:
                survey = await self._press(control, survey, title, did) or survey
            elif did == "sorted" and (opener := controls.sort_opener(survey)):
                survey = await self._open_and_sort(opener, survey) or survey
            else:
                self.navigator.log.absent.append(name)
        return survey

    def _kind_after(self, before: Survey) -> Classifier:
        """Classifies the page after a press: the list again if it still lists products at the same path."""

        def kind_of(survey: Survey) -> str:
            if self.kind == pages.OTHER or not pages.is_listing(survey):
                return pages.OTHER
            return self.kind if path_of(survey["url"]) == path_of(before["url"]) else pages.kind_of(survey)

        return kind_of

    async def _press(self, control: Control, survey: Survey, title: str, did: str) -> Survey | None:
        async def action() -> None:
            if control.value:
                await self.navigator.choose(control.item, control.value, control.text)
            else:
                await self.navigator.press(control.item, in_words({"text": control.text}))

        return await self.navigator.step(f'{title} "{control.text}"', action, self._kind_after(survey), did=did)

    async def _open_and_sort(self, opener: Control, survey: Survey) -> Survey | None:
        async def action() -> None:
            await self.navigator.press(opener.item, in_words(opener.item) if opener.text else "the sort button")
            order = controls.opened_order(await self.navigator.survey())
            if order is not None:
                await self.navigator.press(order.item)

        return await self.navigator.step("sort the list", action, self._kind_after(survey), did="sorted")
