"""Servers of the user's own: ``endpoint/NAME/MODEL`` asks the OpenAI-compatible server that ``endpoints.yaml`` names.

The file lies in the folder of the database. It holds names, addresses and the names of environment variables, never a
key, so it can be shared; a study that names such a model runs wherever an endpoint of that name is listed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from lmwalk.access import refuse_if_read_only
from lmwalk.drafts import whole_file
from lmwalk.errors import InputError
from lmwalk.intake import content_of, read_yaml, yaml_text
from lmwalk.models._addresses import listed_elsewhere
from lmwalk.models._endpoints import is_address, meant, setting, shown
from lmwalk.models._failures import Target
from lmwalk.models._keys import NO_KEY, is_secret, key_in, looks_secret
from lmwalk.models._lists import LISTING_FAILS, fetched, why
from lmwalk.models.providers import ProviderModel
from lmwalk.registry import backends
from lmwalk.types import HERE, Model, Offer

PREFIX = "endpoint/"
FILE = "endpoints.yaml"
MOST_LISTED = 500
MOST_BYTES = 1_000_000
NOT_A_KEY = "key_env: this is a key, or looks like one. Put it into a variable, such as LAB_KEY, and write LAB_KEY here"


def _name(value: str) -> str:
    if is_secret(value) or looks_secret(value):
        raise ValueError("name: this looks like a key. Accepted: a short name of your own, such as lab")
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,40}", value):
        raise ValueError("name: accepted are 1 to 40 letters, digits, dots, hyphens and underscores, such as lab")
    return value


def _url(value: str) -> str:
    if not is_address(value):
        question = meant(value)
        accepted = "url: accepted is an address that begins with http:// or https://"
        raise ValueError(f"{accepted}.{question}" if question else accepted)
    if shown(value) != value:
        raise ValueError("url: leave out user, password and what follows a ? or #. A key belongs into a variable")
    return value.rstrip("/")


def _variable(value: str) -> str:
    usual = re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*", value) and ("_" in value or len(value) < 16)
    random = len(value) > 60 or (len(value) >= 20 and re.search(r"\d", value))
    if is_secret(value) or (not usual and (looks_secret(value) or random)):
        raise ValueError(NOT_A_KEY)
    if value and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", value):
        raise ValueError("key_env: accepted is the name of an environment variable, such as LAB_KEY, never the key")
    return value


class Endpoint(BaseModel):
    """One server: its name, its URL, and the variable that holds its key (empty: it needs none)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    name: Annotated[str, AfterValidator(_name)]
    url: Annotated[str, AfterValidator(_url)]
    key_env: Annotated[str, AfterValidator(_variable)] = Field("")

    @property
    def key(self) -> str | None:
        """The key, where its variable is set. Raises InputError where no request could carry it."""
        return key_in(self.key_env) if self.key_env else None

    @property
    def lacks_key(self) -> bool:
        """Whether it needs a key that is not set."""
        return bool(self.key_env) and setting(self.key_env) is None


def made(name: str, url: str, key_env: str = "") -> Endpoint:
    """An endpoint, checked. Raises InputError; its message repeats nothing that was typed, as that may be a key."""
    return _checked({"name": name.strip(), "url": url.strip(), "key_env": key_env.strip()})


def read(home: Path) -> list[Endpoint]:
    """The endpoints listed in a folder; none where it has no list. Raises InputError where it cannot be used."""
    file = home / FILE
    try:
        listed = read_yaml(content_of(file, MOST_BYTES))
    except InputError as problem:  # which may repeat what should not have been written there
        if isinstance(problem.__cause__, FileNotFoundError):
            return []
        raise InputError(f"{FILE} cannot be read. Accepted: a YAML list of name, url and key_env.") from None
    if listed is None:
        return []
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise InputError(f"{FILE} cannot be used. Accepted: a YAML list of name, url and key_env.")
    return [_checked(entry, f"{FILE}, entry {place}: ") for place, entry in enumerate(listed, start=1)]


def add(home: Path, endpoint: Endpoint) -> None:
    """List an endpoint. Raises InputError where the name is taken or the list cannot be written."""
    known = read(home)
    if any(other.name == endpoint.name for other in known):
        raise InputError(
            f"name: there is an endpoint called {endpoint.name!r} already. Remove it first, or choose another name."
        )
    _write(home, [*known, endpoint])


def remove(home: Path, name: str) -> None:
    """Take an endpoint off the list. Raises InputError where it is not there."""
    gone = _found(home, name)
    _write(home, [other for other in read(home) if other != gone])


def questions(home: Path) -> Mapping[str, Callable[[], list[Offer]]]:
    """For each endpoint a function that asks it for its models, within a second."""
    try:
        return {PREFIX + endpoint.name: partial(listed, endpoint) for endpoint in read(home)}
    except InputError as problem:
        broken = [Offer(f"{PREFIX}...", False, str(problem), "endpoint")]
        return {"endpoint": lambda: broken}


def listed(endpoint: Endpoint) -> list[Offer]:
    """The models of one endpoint, or one unavailable offer with the reason."""
    group = PREFIX + endpoint.name
    if endpoint.lacks_key:
        return [Offer(f"{group}/...", False, _without_key(endpoint), group)]
    try:
        entries = fetched(f"{endpoint.url}/models", endpoint.key)["data"][:MOST_LISTED]
        names = [entry["id"] for entry in entries if isinstance(entry["id"], str)]
    except InputError as problem:
        return [Offer(f"{group}/...", False, f"{endpoint.name}: {problem}", group)]
    except LISTING_FAILS as problem:
        hint = "" if endpoint.url.endswith("/v1") else "; its address may have to end in /v1"
        if elsewhere := listed_elsewhere(problem, endpoint.url, endpoint.key):
            hint = f"; models are listed at {elsewhere}: remove it, and add it with that address"
        return [Offer(f"{group}/...", False, f"{endpoint.name}: {why(problem, endpoint.url)}{hint}", group)]
    if not names:
        return [Offer(f"{group}/...", False, f"{endpoint.name}: it lists no model", group)]
    return [_offer(endpoint, name) for name in names]


def _offer(endpoint: Endpoint, name: str) -> Offer:
    whole = f"{PREFIX}{endpoint.name}/{name}"
    if _usable(name):
        return Offer(whole, True, endpoint.url, PREFIX + endpoint.name)
    detail = f"{endpoint.name}: a name with blanks or signs that are not printed cannot be written in a study"
    return Offer(ascii(whole)[1:-1], False, detail, PREFIX + endpoint.name)


class EndpointBackend:
    """Backend of the names that start with ``endpoint/``."""

    forms: ClassVar[tuple[str, ...]] = ("endpoint/NAME/MODEL",)

    def claims(self, name: str) -> bool:
        return name.startswith(PREFIX)

    def check(self, name: str) -> None:
        endpoint, _, model = name.removeprefix(PREFIX).partition("/")
        if not endpoint or not _usable(model):
            raise InputError(f"{name!r} is not a model's full name. Accepted: {self.forms[0]}.")

    def open(self, name: str, home: Path = HERE) -> Model:
        self.check(name)
        called, _, model = name.removeprefix(PREFIX).partition("/")
        endpoint = _found(home, called)
        if endpoint.lacks_key:
            raise InputError(f"{name} needs a key: {_without_key(endpoint)}.")
        key = endpoint.key or NO_KEY
        return ProviderModel(Target(name, "openai", model, endpoint.url, key, endpoint.key_env or None))

    def offers(self, home: Path = HERE) -> list[Offer]:
        return [offer for question in questions(home).values() for offer in question()]


def _usable(model: str) -> bool:
    return bool(model) and model.isprintable() and not any(map(str.isspace, model))


def _without_key(endpoint: Endpoint) -> str:
    return (
        f"{endpoint.name}: {endpoint.key_env} is not set; set it in the environment and start again, or write it into "
        ".streamlit/secrets.toml"
    )


def _found(home: Path, name: str) -> Endpoint:
    for endpoint in read(home):
        if endpoint.name == name:
            return endpoint
    raise InputError(
        f"There is no endpoint called {name!r} in {FILE} beside the database. Add it on the page Models, or with: "
        f"lmwalk models add {name} URL --key-env VARIABLE"
    )


def _checked(entry: object, where: str = "") -> Endpoint:
    try:
        return Endpoint.model_validate(entry)
    except ValidationError as problem:
        first = problem.errors(include_input=False, include_context=False)[0]
    if first["type"] == "value_error":
        said = first["msg"].removeprefix("Value error, ")
        raise InputError(f"{where}{said}{'' if said.endswith('?') else '.'}")
    raise InputError(f"{where}accepted are name, url and key_env, each a text, and no other part; never a key.")


def _write(home: Path, endpoints: list[Endpoint]) -> None:
    """Whole or not at all. Raises InputError."""
    refuse_if_read_only("no server is added or removed")
    text = "# Servers that lmwalk may ask as endpoint/NAME/MODEL. Keys stay in the variables that key_env names.\n"
    text += yaml_text([endpoint.model_dump() for endpoint in endpoints])
    try:
        home.mkdir(parents=True, exist_ok=True)
        with whole_file(home / FILE) as draft:
            draft.write_text(text, encoding="utf-8")
    except OSError as cause:
        raise InputError(f"{FILE} cannot be written: {cause.strerror}.") from cause


backends.register("endpoint")(EndpointBackend())
