"""Published trees: looked at, changed, spoiled."""

from pathlib import Path

from tests.support.deployment import FEWER, Deployment

OTHERS = FEWER | {"XXi.000": "Testa Alia", "XXi.900": "Altera Persona"}


def files_under(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def newest_role_file(deployment: Deployment, name: str) -> Path:
    return max(
        (deployment.hq.public / "metadata").glob(f"*.{name}.json"), key=lambda path: int(path.name.split(".")[0])
    )


def spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
