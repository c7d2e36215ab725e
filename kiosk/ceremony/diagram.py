"""The transition table as docs/CEREMONY.md shows it: `python -m kiosk.ceremony.diagram` prints diagram and table."""

from kiosk.ceremony.steps import ASIDES, COMMANDS, TABLE, Command, Phase, Resume


def mermaid() -> str:
    """One arrow for each pair of phases, with the commands that lead from the one to the other."""
    arrows: dict[tuple[Phase, Phase], list[str]] = {}
    for (phase, command), afterwards in TABLE.items():
        for after in afterwards:
            # After an interruption any phase goes on where it was, and asides lead nowhere.
            if command is not Resume and command not in ASIDES:
                arrows.setdefault((phase, after), []).append(command.__name__)
    lines = [f"    {phase.value} --> {after.value}: {', '.join(names)}" for (phase, after), names in arrows.items()]
    ends = [f"    {phase.value} --> [*]" for phase in (Phase.DONE, Phase.VOID)]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {Phase.OPENING.value}", *lines, *ends]) + "\n"


def table() -> str:
    """One row for each command, one column for each phase: where it leads, or nothing where it is refused."""
    phases = list(Phase)
    head = f"| command | event | {' | '.join(phase.value for phase in phases)} |"
    rule = "|---" * (len(phases) + 2) + "|"
    rows = [
        f"| `{command.__name__}` | `{event.__name__}` | {' | '.join(_cell(phase, command) for phase in phases)} |"
        for command, event in COMMANDS.items()
    ]
    return "\n".join([head, rule, *rows]) + "\n"


def _cell(phase: Phase, command: type[Command]) -> str:
    return ", ".join("stays" if after is phase else f"→ {after.value}" for after in TABLE.get((phase, command), ()))


if __name__ == "__main__":
    print(f"```mermaid\n{mermaid()}```\n\n{table()}", end="")
