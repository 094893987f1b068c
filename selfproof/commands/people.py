"""The command line's part for accounts and the audit log."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from selfproof.access import people
from selfproof.access.rules import Role
from selfproof.store import Store

user = typer.Typer(no_args_is_help=True, help="Accounts that may sign in.")
audit = typer.Typer(no_args_is_help=True, help="The log of every look and every act.")
Name = Annotated[str, typer.Argument(help="of the account; capitals do not matter")]


def _run(action: Callable[[Store], None]) -> None:
    with Store.open() as store:
        action(store)


def _password() -> str:
    """From a prompt, twice, or one line of a pipe; never from the arguments, which others on the machine can see."""
    if sys.stdin.isatty():
        return str(typer.prompt("密码 / password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


@user.command("add")
def add(name: Name, role: Annotated[Role, typer.Option(help="what it may do")]) -> None:
    """Make an account; the password comes from a prompt or from standard input."""
    password, act = _password(), people.by_system("add_account", f"{name} {role}")

    def make(store: Store) -> None:
        account = people.add(store, name, role, password, act=act)
        sys.stdout.write(f"{account.name} · {account.role}\n")

    _run(make)


@user.command("list")
def every() -> None:
    """Show all accounts with role and standing."""

    def show(store: Store) -> None:
        for account in store.people.accounts():
            standing = "" if account.enabled else " · 停用 disabled"
            sys.stdout.write(f"{account.name} · {account.role} · {account.origin}{standing}\n")

    _run(show)


@user.command("disable")
def disable(name: Name) -> None:
    """Keep an account out, at once; its sessions end."""
    act = people.by_system("change_account", f"{name} disabled")
    _run(lambda store: people.enable(store, name, act=act, enabled=False))


@user.command("enable")
def enable(name: Name) -> None:
    """Let an account in again."""
    act = people.by_system("change_account", f"{name} enabled")
    _run(lambda store: people.enable(store, name, act=act, enabled=True))


@user.command("password")
def password(name: Name) -> None:
    """Set another password; the account's sessions end."""
    new, act = _password(), people.by_system("change_account", f"{name} password")
    _run(lambda store: people.set_password(store, name, new, act=act))


@audit.command("verify")
def verify(
    head: Annotated[str, typer.Option(help="a head noted earlier, outside the database: shows a cut-off end")] = "",
) -> None:
    """Follow the chain of the audit log; name the first link that does not hold."""

    def check(store: Store) -> None:
        found = store.people.verify_log(head)
        if found.broken is not None:
            sys.stdout.write(f"断裂 / broken at entry {found.broken}; {found.entries} hold\n")
            raise typer.Exit(1)
        sys.stdout.write(f"完整 / whole: {found.entries} entries, head {found.head}\n")

    _run(check)
