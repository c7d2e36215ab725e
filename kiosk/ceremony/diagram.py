"""The transition table as a mermaid diagram, for docs/CEREMONY.md: `python -m kiosk.ceremony.diagram` prints it."""

from kiosk.ceremony.steps import TABLE, Phase, Resume


def mermaid() -> str:
    """One arrow for each pair of phases, with the commands that lead from the one to the other."""
    commands: dict[tuple[Phase, Phase], list[str]] = {}
    for (phase, command), afterwards in TABLE.items():
        for after in afterwards:
            if command is not Resume:  # after an interruption any phase goes on where it was
                commands.setdefault((phase, after), []).append(command.__name__)
    arrows = [f"    {phase.value} --> {after.value}: {', '.join(names)}" for (phase, after), names in commands.items()]
    ends = [f"    {phase.value} --> [*]" for phase in (Phase.DONE, Phase.VOID)]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {Phase.OPENING.value}", *arrows, *ends]) + "\n"


if __name__ == "__main__":
    print(mermaid(), end="")
