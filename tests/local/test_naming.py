"""How models on this machine are named and found, and what is said where they cannot be had. Needs no torch."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from lmwalk.errors import InputError, PermanentError, TransientError
from lmwalk.models import local
from lmwalk.models.local.failures import failure_of, too_large
from lmwalk.models.local.gguf_header import header_of
from lmwalk.models.local.naming import Wanted, wanted
from lmwalk.models.local.places import digest_of, downloaded, snapshot_of, weight_count
from lmwalk.registry import backends


@pytest.mark.parametrize(
    ("name", "expected", "kind"),
    [
        ("local/google/gemma-3-270m", Wanted("google/gemma-3-270m"), "hub"),
        ("local/gpt2:device=cuda:1,dtype=bf16", Wanted("gpt2", "cuda:1", "bf16"), "hub"),
        ("local/a/b:chat=false,revision=refs/pr/1", Wanted("a/b", chat="false", revision="refs/pr/1"), "hub"),
        ("local/a/b-GGUF/b.Q4.gguf", Wanted("a/b-GGUF/b.Q4.gguf"), "hub"),
        ("local//models/mine:dtype=f32", Wanted("/models/mine", dtype="f32"), "folder"),
        ("local/~/mine.gguf", Wanted("~/mine.gguf"), "gguf"),
        ("local/C:/models/mine", Wanted("C:/models/mine"), "folder"),
    ],
)
def test_a_name_is_a_place_with_options(name: str, expected: Wanted, kind: str) -> None:
    """A repository, a folder or a file, and behind a colon what is asked of it."""
    assert (wanted(name), wanted(name).kind) == (expected, kind)


@pytest.mark.parametrize(
    "name", ["local/", "local/a b", "local/a:dtype=int8", "local/a:size=3", "local/../x y:device=gpu"]
)
def test_what_is_no_name_is_refused_with_what_is_accepted(name: str) -> None:
    """In a sentence, before anything is opened."""
    with pytest.raises(InputError, match="Accepted"):
        backends["local"].check(name)


def test_without_the_extra_one_command_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the list of models and by whoever opens one."""
    monkeypatch.setattr(local, "find_spec", lambda _: None)

    (offer,) = backends["local"].offers()

    assert not offer.available
    assert local.INSTALL in offer.detail
    with pytest.raises(InputError, match=r"pip install"):
        backends["local"].open("local/gpt2")


def test_what_was_downloaded_is_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the folder of Hugging Face, without a network; what is no language model is not."""
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    for name, kind in (("models--a--b", "LlamaForCausalLM"), ("models--a--c", "BertModel")):
        snapshot = tmp_path / "hub" / name / "snapshots" / "0123456789abcdef"
        snapshot.mkdir(parents=True)
        (tmp_path / "hub" / name / "refs").mkdir()
        (tmp_path / "hub" / name / "refs" / "main").write_text("0123456789abcdef")
        (snapshot / "config.json").write_text(f'{{"architectures": ["{kind}"]}}')
        told = b'{"w": {"dtype": "F32", "shape": [3, 5], "data_offsets": [0, 60]}}'
        (snapshot / "model.safetensors").write_bytes(struct.pack("<Q", len(told)) + told + bytes(60))

    place = wanted("local/a/b")
    folder = snapshot_of(place)

    assert downloaded() == ["a/b"]
    assert folder is not None
    assert digest_of(place, folder) == "0123456789ab"
    assert weight_count(folder) == 15
    assert snapshot_of(wanted("local/a/b:revision=other")) is None


def test_other_weights_have_another_digest(tmp_path: Path) -> None:
    """Of a folder, whichever of its files changes, and of a GGUF file, whose header is read without its lists."""
    file = tmp_path / "tiny.gguf"
    text = lambda words: struct.pack("<Q", len(words)) + words  # noqa: E731
    lists = text(b"tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 2) + text(b"a") + text(b"bc")
    value = text(b"tokenizer.chat_template") + struct.pack("<I", 8) + text(b"{{ x }}")
    tensor = text(b"w") + struct.pack("<IQQIQ", 2, 3, 4, 0, 0)
    file.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 1, 2) + lists + value + tensor + bytes(48))
    place = wanted(f"local/{file}")

    assert header_of(file) == ({"tokenizer.chat_template": "{{ x }}"}, 12)
    before = digest_of(place, tmp_path)
    file.write_bytes(file.read_bytes()[:-1] + b"\1")
    assert digest_of(place, tmp_path) != before
    with pytest.raises(ValueError, match="no GGUF"):
        header_of(Path(__file__))


def test_failures_say_what_to_do_and_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gated, unknown, not to be reached, too large: a sentence each."""
    monkeypatch.setenv("HF_TOKEN", "hf_averysecretone")
    place = Wanted("meta-llama/Llama-3.1-8B")

    def said(kind: str, words: str = "") -> PermanentError | TransientError:
        return failure_of("local/x", place, type(kind, (Exception,), {})(words))  # type: ignore[return-value]

    assert "HF_TOKEN" in str(said("GatedRepoError"))
    assert "Accept the terms at https://huggingface.co/meta-llama/Llama-3.1-8B" in str(said("GatedRepoError"))
    assert "Look at the spelling" in str(said("RepositoryNotFoundError"))
    assert "no such revision" in str(said("RevisionNotFoundError"))
    assert isinstance(said("OfflineModeIsEnabled"), TransientError)
    assert "hf download meta-llama/Llama-3.1-8B" in str(said("LocalEntryNotFoundError"))
    assert "averysecret" not in str(said("ValueError", "Bearer hf_averysecretone and hf_anotherone123"))
    assert str(too_large("local/x", "f32", "cuda:0", 8_000_000_000, 24 * 10**9)) == (
        "local/x needs about 32.0 GB for its weights as f32 on cuda:0, and 24.0 GB are free. What may fit: dtype=bf16 "
        "(16.0 GB), device=cpu, a smaller model."
    )


def test_packages_that_are_too_old_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would run and answer nonsense is refused before it is loaded, with the version that is there."""
    monkeypatch.setattr("lmwalk.models.local.find_spec", lambda _: True)
    monkeypatch.setattr("lmwalk.models.local.version", lambda name: "5.17.0" if name == "transformers" else "9.9")

    with pytest.raises(InputError, match=r"transformers 5.20 or newer \(5.17.0 is installed\)"):
        backends["local"].open("local/some/model")
