"""harmonix users: make, list, change and take over accounts on this machine."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from harmonix_splitter.bootstrap import Studio
from harmonix_splitter.cli.output import AsJson, print_json, say
from harmonix_splitter.cli.studio_options import ConfigFile, DataDir, studio
from harmonix_splitter.domain.accounts import Role, User
from harmonix_splitter.errors import NotFoundError

app = typer.Typer(add_completion=False, no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The name they sign in with.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin instead of asking.")]


@app.callback()
def users() -> None:
    """Make, list, change and take over accounts."""


@app.command()
def create(
    name: Name,
    admin: Annotated[bool, typer.Option("--admin", help="Make an administrator.")] = False,
    guest: Annotated[bool, typer.Option("--guest", help="Make somebody who only listens.")] = False,
    email: Annotated[str, typer.Option(help="For signing in with it; nothing is ever mailed.")] = "",
    password_stdin: FromStdin = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Make an account. The password is asked for, or read from stdin; never an argument others could see."""
    chosen = _prepared(data_dir, config)
    role = Role.ADMIN if admin else Role.GUEST if guest else Role.MEMBER
    people = chosen.accounts.people
    user = people.create(people.new_user(name, email, role=role), _password(password_stdin))
    _tell(user, as_json, f"Made {user.role} {user.name}.")


@app.command("list")
def listed(as_json: AsJson = False, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Everybody with an account."""
    people = _prepared(data_dir, config).accounts.people.listed(limit=100_000)
    if as_json:
        print_json([_document(user) for user in people])
        return
    for user in people:
        typer.echo(f"{user.name}\t{user.role}\t{'' if user.is_active else 'switched off'}\t{user.email}".rstrip())


@app.command()
def password(
    name: Name,
    password_stdin: FromStdin = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Give somebody a new password; they are signed out everywhere."""
    chosen = _prepared(data_dir, config)
    user = _named(chosen, name)
    chosen.accounts.people.reset_password(user.id, _password(password_stdin))
    _tell(user, as_json, f"{user.name} has a new password.")


@app.command()
def role(
    name: Name, wanted: Annotated[Role, typer.Argument()], as_json: AsJson = False, data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:  # fmt: skip
    """Make somebody an admin, a member or a guest."""
    chosen = _prepared(data_dir, config)
    found = _named(chosen, name)
    user = chosen.accounts.people.set_role(found.id, wanted, is_active=found.is_active)
    _tell(user, as_json, f"{user.name} is {user.role} now.")


@app.command()
def delete(name: Name, as_json: AsJson = False, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Delete an account."""
    chosen = _prepared(data_dir, config)
    user = _named(chosen, name)
    chosen.accounts.people.remove(user.id)
    _tell(user, as_json, f"Deleted {user.name}.")


@app.command("import")
def import_old(
    file: Annotated[Path, typer.Argument(help="users.json of the older dashboard, or stemtubes.db.")],
    as_json: AsJson = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Take over accounts with their passwords; names we have already are left alone."""
    from harmonix_splitter.bootstrap.accounts import old_accounts

    done = _prepared(data_dir, config).accounts.people.import_old(old_accounts(), file)
    say(f"Took over {len(done.added)}, left {len(done.skipped)} alone.")
    if as_json:
        print_json({"added": done.added, "skipped": done.skipped})


def _prepared(data_dir: Path | None, config: Path | None) -> Studio:
    chosen = studio(data_dir, config)
    chosen.prepare()
    return chosen


def _named(chosen: Studio, name: str) -> User:
    found = chosen.accounts.people.users.named(name)
    if found is None:
        raise NotFoundError(f"There is no user {name!r}.", advice="`harmonix users list` shows everybody.")
    return found[0]


def _password(from_stdin: bool) -> str:
    if from_stdin or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))


def _tell(user: User, as_json: bool, sentence: str) -> None:
    say(sentence)
    if as_json:
        print_json(_document(user))


def _document(user: User) -> dict[str, object]:
    return {"id": user.id, "name": user.name, "role": user.role, "email": user.email, "active": user.is_active}
