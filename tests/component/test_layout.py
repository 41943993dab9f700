"""The layout that the code keeps to (design, section 2)."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import kit

FUNCTIONS = sorted(path for path in (kit.ROOT / "functions").iterdir() if path.is_dir())
CORE = kit.ROOT / "layers/core/mteja"
MODULES = sorted(CORE.rglob("*.py"))
HANDLERS = sorted((kit.ROOT / "functions").rglob("*.py"))
ALLOWED = {"mteja", "aws_lambda_powertools", "boto3", "botocore", "pydantic"}
PREFIXES = (
    "CUSTOMER", "IDENTIFIER", "RECEIPT", "ORDER", "LINK", "CANDIDATE", "CONSENT", "ACCESS",
    "QUARANTINE", "SCOPE", "REQUEST", "AT", "BODY", "LINES", "ORDERNUMBER", "PHONEENDING",
    "PREORDER", "TICKET", "WAITING", "WARRANTY", "SERIAL", "OWNS", "PLACE", "INTEREST",
    "INTERESTED", "SALES", "SIMILAR", "EVENTS", "SALT", "VISITOR", "PAID", "TEXT", "JOB",
    "ANSWERS", "SAID", "RESPONSE", "TOKEN", "OFFER", "CODE", "STOCK", "FREE", "RUN", "PART",
    "POINTS", "FRESHNESS",
)  # fmt: skip
KEY_MODULES = {
    CORE / "store/freshness_keys.py",
    CORE / "store/index_keys.py",
    CORE / "store/keys.py",
    CORE / "store/offer_keys.py",
    CORE / "store/product_keys.py",
    CORE / "store/survey_keys.py",
    CORE / "store/people_keys.py",
}


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield the top-level packages that a module imports; "." for a relative import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." if node.level else (node.module or "").partition(".")[0]


def texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the text constants of a module with their lines, without its docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in docstrings:
            continue
        if isinstance(node.value, str):
            yield node.lineno, node.value


def where(path: Path) -> str:
    return str(path.relative_to(kit.ROOT))


@pytest.mark.parametrize("folder", FUNCTIONS, ids=where)
def test_a_function_is_one_module_called_app(folder: Path) -> None:
    found = {path.name for path in folder.iterdir() if path.name != "__pycache__"}
    assert found == {"app.py"}


@pytest.mark.parametrize("path", HANDLERS, ids=where)
def test_a_function_imports_only_what_its_layers_hold(path: Path) -> None:
    foreign = set(imported(parsed(path))) - ALLOWED - sys.stdlib_module_names
    assert foreign == set()


@pytest.mark.parametrize("path", HANDLERS, ids=where)
def test_a_function_stays_thin(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 100


def test_the_core_imports_no_function_test_or_tool() -> None:
    for path in MODULES:
        found = set(imported(parsed(path)))
        assert not found & {"functions", "tests", "infra", "moto", "pytest", "boto3"}, where(path)
        assert not any(name.startswith("mteja_") for name in found), where(path)


def test_keys_are_built_in_their_modules_only() -> None:
    strays = [
        f"{where(path)}:{line}: {text}"
        for path in [*MODULES, *HANDLERS]
        if path not in KEY_MODULES
        for line, text in texts(parsed(path))
        if text.startswith(tuple(f"{prefix}#" for prefix in PREFIXES))
    ]
    assert strays == []


def test_the_environment_is_read_in_one_module() -> None:
    readers = [
        where(path)
        for path in [*MODULES, *HANDLERS]
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]
    assert readers == ["layers/core/mteja/config.py"] * len(readers)
    assert readers


def test_no_yaml_is_parsed_in_a_function() -> None:
    users = [where(path) for path in MODULES if "yaml" in set(imported(parsed(path)))]
    assert users == ["layers/core/mteja/business/compile.py"]


def test_there_is_no_float_in_what_counts_money() -> None:
    for name in ("money.py", "orders/counting.py", "recording/orders.py", "orders/model.py"):
        tree = parsed(CORE / name)
        assert not any(
            (isinstance(node, ast.Name) and node.id == "float")
            or (isinstance(node, ast.Constant) and isinstance(node.value, float))
            or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div))
            for node in ast.walk(tree)
        ), name


def test_a_file_stays_small_enough_to_read() -> None:
    long = {
        where(path): lines
        for path in [*MODULES, *HANDLERS]
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_a_capture_function_does_without_boto3_and_yaml(business_layer: Path) -> None:
    """Their import alone would cost a third of a cold start (docs/decisions/0003)."""
    loaded = loaded_with(business_layer, "mteja.orders.intake, mteja.recording.record")
    assert not {"boto3", "yaml", "moto"} & loaded


def test_no_capture_function_imports_rewards_at_its_start(business_layer: Path) -> None:
    """They are loaded when the first one comes that earns, of a business that has any."""
    doors = "mteja.orders.intake, mteja.forms.web, mteja.segment.intake"
    loaded = loaded_with(business_layer, doors)
    assert [name for name in loaded if "rewards" in name or name == "segno"] == []


def loaded_with(business_layer: Path, modules: str) -> set[str]:
    """Return what is loaded in a fresh Python that imports some modules."""
    answer = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", f"import sys, {modules}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": f"{kit.ROOT / 'layers/core'}:{business_layer}", "PATH": ""},
    )
    return set(answer.stdout.split())
