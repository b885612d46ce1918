"""What a bundle says of itself is read only if it makes sense."""

from __future__ import annotations

import json

import pytest

from funicular.bundles.manifest import MANIFEST, BundleBroken, named, parse, render, requirements


def test_what_was_written_is_read(small):
    """Rendering and parsing are each other's inverse."""
    text = (small / MANIFEST).read_text()

    assert render(parse(text)) == text


@pytest.mark.parametrize(
    "file",
    [
        "../../evil-1.0-py3-none-any.whl",
        "/etc/evil-1.0-py3-none-any.whl",
        "evil.sh",
        "a/b-1-py3-none-any.whl",
    ],
)
def test_a_file_name_that_leads_elsewhere_is_refused(small, file):
    """Files lie beside each other; a name with a folder in it is none."""
    said = json.loads((small / MANIFEST).read_text())
    said["wheels"][0]["file"] = file

    with pytest.raises(BundleBroken, match="incomplete or was changed") as told:
        parse(json.dumps(said))
    assert repr(file) in told.value.why


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("sha256", "abc", "no SHA-256"),
        ("sha256", "a" * 64 + "\n--index-url=x", "no SHA-256"),
        ("name", "other", "is not other 1.0"),
        ("version", "2.0", "is not tiny 2.0"),
    ],
)
def test_a_wheel_that_contradicts_itself_is_refused(small, field, value, why):
    """What is handed to pip is exactly name, version and hash; nothing else comes in with them."""
    said = json.loads((small / MANIFEST).read_text())
    said["wheels"][0][field] = value

    with pytest.raises(BundleBroken) as told:
        parse(json.dumps(said))
    assert why in told.value.why


def test_two_versions_of_one_package_are_refused(small):
    """Which one is meant nobody could say."""
    said = json.loads((small / MANIFEST).read_text())
    said["wheels"].append(said["wheels"][0])

    with pytest.raises(BundleBroken) as told:
        parse(json.dumps(said))
    assert "2 times" in told.value.why


def test_a_later_format_is_told(small):
    """With the way out: the installer that came with it."""
    said = json.loads((small / MANIFEST).read_text()) | {"format": 99, "new": 1}

    with pytest.raises(BundleBroken) as told:
        parse(json.dumps(said))
    assert "install.py" in told.value.next_step


def test_pip_is_given_a_hash_for_each(small):
    """Nothing can be installed that was not checked."""
    lines = requirements(parse((small / MANIFEST).read_text())).splitlines()

    assert [line.split(" --hash=sha256:")[0] for line in lines] == ["tiny==1.0", "other==1.0"]
    assert all(len(line.split(":")[-1]) == 64 for line in lines)


def test_names_are_compared_as_indexes_do():
    """Hyphen, underscore and dot are one; capitals are none."""
    assert named("Ruamel.yaml_x-1.0+cpu-cp312-cp312-manylinux_2_17_x86_64.whl") == (
        "ruamel-yaml-x",
        "1.0+cpu",
    )
