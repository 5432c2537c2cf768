"""A keyboard and nothing else: what it reaches must be seen, and no place may hold it."""

from typing import Any

# The ring may be drawn by the thing itself, by the label around it, or by a look of its own (a lit border or a wash).
SEEN = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return 'nothing';
  const drawn = (one) => {
    if (!one) return false;
    const look = getComputedStyle(one);
    return (look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 1) || parseFloat(look.strokeWidth) > 2;
  };
  const lit = it.matches('[role=menuitem], [role=combobox]');
  const near = [it, it.closest('label'), it.nextElementSibling, it.querySelector('path')];
  const box = it.getBoundingClientRect();
  const isInside = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  const name = it.outerHTML.slice(0, 120);
  if (!isInside) return `outside the window: ${name}`;
  return lit || near.some(drawn) ? '' : `no ring: ${name}`;
}"""


class Hands:
    def __init__(self, page: Any) -> None:
        self.page = page
        self.unseen: list[str] = []

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def tab(self, key: str = "Tab") -> None:
        self.page.keyboard.press(key)
        if (trouble := self.page.evaluate(SEEN)) not in {"", "nothing"}:
            self.unseen.append(trouble)

    def reach(self, role: str, name: Any, exact: bool = True, most: int = 90, key: str = "Tab") -> Any:
        """Go from stop to stop until this one has the focus; the answer is it."""
        wanted = self.page.get_by_role(role, name=name, exact=exact)
        wanted.first.wait_for()
        for _ in range(most):
            if wanted.and_(self.page.locator(":focus")).count():
                return wanted
            self.tab(key)
        raise AssertionError(f"{role} {name!r} is not reached in {most} stops; the last was {self.focused()}")

    def focused(self) -> str:
        """What has the focus, in short."""
        found: str = self.page.evaluate("(document.activeElement ?? document.body).outerHTML.slice(0, 160)")
        return found

    def goes_round(self, most: int = 250) -> bool:
        """Whether the stops of this page come to an end and begin anew."""
        self.page.evaluate("document.activeElement?.blur()")
        self.tab()
        first = self.focused()
        for _ in range(most):
            self.tab()
            if self.focused() == first or "<body" in self.focused():
                return True
        return False
