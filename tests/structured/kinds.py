"""One type of every kind, with an answer in JSON and the value it stands for."""

from __future__ import annotations

import dataclasses
import datetime
import enum
from typing import Any, Literal, NamedTuple, NotRequired, TypedDict

import attrs
import msgspec
import pydantic


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Mixed(enum.Enum):
    ONE = 1
    TWO = "two"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


@dataclasses.dataclass
class Line:
    item: str
    count: int = 1


@dataclasses.dataclass
class Order:
    """An order of a customer."""

    id: int
    lines: list[Line]
    note: str | None = None


class Struct(msgspec.Struct):
    name: str
    born: datetime.date
    colour: Colour = Colour.RED


class Typed(TypedDict):
    name: str
    age: NotRequired[int]


@attrs.define
class Attrs:
    size: int = attrs.field(validator=attrs.validators.gt(0))
    label: str = "none"


class Model(pydantic.BaseModel):
    name: str
    price: float = pydantic.Field(gt=0)
    tags: list[str] = []


@pydantic.dataclasses.dataclass
class Checked:
    name: str = pydantic.Field(min_length=2)


class Point(NamedTuple):
    x: int
    y: int


class Cat(msgspec.Struct, tag="cat"):
    lives: int


class Dog(msgspec.Struct, tag="dog"):
    name: str


SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"name": {"type": "string", "minLength": 2}, "age": {"type": "integer", "minimum": 0}},
    "required": ["name"],
}
KINDS: dict[str, tuple[Any, Any, Any]] = {
    "dataclass": (Order, {"id": 1, "lines": [{"item": "a"}], "note": None}, Order(1, [Line("a")])),
    "struct": (Struct, {"name": "Ada", "born": "1815-12-10"}, Struct("Ada", datetime.date(1815, 12, 10))),
    "typed dict": (Typed, {"name": "Ada"}, {"name": "Ada"}),
    "attrs": (Attrs, {"size": 3}, Attrs(3)),
    "pydantic": (Model, {"name": "a", "price": 1.5}, Model(name="a", price=1.5)),
    "pydantic dataclass": (Checked, {"name": "ab"}, Checked(name="ab")),
    "list of pydantic": (list[Model], {"value": [{"name": "a", "price": 2}]}, [Model(name="a", price=2)]),
    "list of dataclasses": (list[Line], {"value": [{"item": "a", "count": 2}]}, [Line("a", 2)]),
    "union of structs": (Cat | Dog, {"value": {"type": "dog", "name": "Rex"}}, Dog("Rex")),
    "named tuple": (Point, {"value": [1, 2]}, Point(1, 2)),
    "dict": (dict[str, int], {"a": 1}, {"a": 1}),
    "literal": (Literal["yes", "no"], {"value": "yes"}, "yes"),
    "optional": (int | None, {"value": None}, None),
    "enum": (Colour, {"value": "blue"}, Colour.BLUE),
    "int enum": (Level, {"value": 2}, Level.HIGH),
    "mixed enum": (Mixed, {"value": "two"}, Mixed.TWO),
    "text": (str, {"value": "hello"}, "hello"),
    "number": (float, {"value": 2}, 2.0),
    "truth": (bool, {"value": True}, True),
    "schema": (SCHEMA, {"name": "Ada", "age": 36}, {"name": "Ada", "age": 36}),
    "schema of a list": ({"type": "array", "items": {"type": "integer"}}, {"value": [1, 2]}, [1, 2]),
}
