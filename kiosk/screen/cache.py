"""A cache bounded by bytes of pixels: what was used longest ago goes first.

A kiosk runs for hours and its memory is promised, so nothing drawn is kept without a bound. Everything kept here can be
painted again from its key, so a full cache costs time and never a wrong picture.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class Cache(Generic[Kept]):
    """limit: bytes in all; weigh: bytes of one value; dropped: told each value that goes, to use it again."""

    def __init__(
        self, limit: int, weigh: Callable[[Kept], int], dropped: Callable[[Kept], None] = lambda _: None
    ) -> None:
        self.limit = limit
        self.bytes = 0
        self._weigh = weigh
        self._dropped = dropped
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """The value of a key, made now if it is not kept."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        value = make()
        self._kept[key] = value
        self.bytes += self._weigh(value)
        while self.bytes > self.limit and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self.bytes -= self._weigh(oldest)
            self._dropped(oldest)
        return value

    def pop(self, key: Hashable) -> Kept | None:
        """The value of a key, which is given up and not told as dropped; None if it is not kept."""
        value = self._kept.pop(key, None)
        if value is not None:
            self.bytes -= self._weigh(value)
        return value

    def __contains__(self, key: Hashable) -> bool:
        return key in self._kept

    def clear(self) -> None:
        self._kept.clear()
        self.bytes = 0


class Same:
    """A part of a key that is compared by being the same object: a list of 200,000 numbers is not hashed each frame.

    The object is held, so that its identity cannot pass to another one while the key lives.
    """

    __slots__ = ("thing",)

    def __init__(self, thing: object) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.thing is self.thing

    def __hash__(self) -> int:
        return id(self.thing)
