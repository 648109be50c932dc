"""The admin's side of the publish gate: nobody is offered a button that the gate would refuse."""

from typing import Any

from wagtail import hooks


@hooks.register("construct_page_action_menu")
@hooks.register("construct_snippet_action_menu")
def remove_publish_action(menu_items: list[Any], request: Any, context: dict[str, Any]) -> None:
    """Everyone submits, superusers included: the button would only be refused."""
    menu_items[:] = [item for item in menu_items if item.name != "action-publish"]
