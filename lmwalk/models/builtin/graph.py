"""The trained network as an ONNX graph with a cache of keys and values, written node by node.

Inputs: ``ids`` and ``positions`` (batch, new), ``bias`` (batch, 1, new, past + new), added to the attention scores
(0 for what may be seen), and per layer ``past_k_i`` and ``past_v_i`` (batch, heads, past, head_width).
Outputs: ``logits`` (batch, vocabulary) of the token after the last one, and per layer ``k_i`` and ``v_i`` with the new
positions behind the past ones. The metadata holds the network's shape.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from lmwalk.models.builtin.network import Network, Shape

OPSET = 17
TOLERANCE = 1e-4
"""Largest difference allowed between a logit of the graph and the same logit in torch."""


class Writer:
    """Collects nodes and constants; ``add`` returns the name of a node's output."""

    def __init__(self, shape: Shape, weights: dict[str, npt.NDArray[np.float32]]) -> None:
        self.shape = shape
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, npt.NDArray[np.generic]] = {}

    def add(self, kind: str, *inputs: str, to: str | None = None, **attributes: Any) -> str:
        """Append a node with one output."""
        output = to or f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def constant(self, name: str, values: npt.ArrayLike, kind: type[np.generic] = np.int64) -> str:
        """The name of a constant, made once."""
        self.constants.setdefault(name, np.asarray(values, dtype=kind))
        return name

    def linear(self, x: str, name: str) -> str:
        """``x`` times the transpose of a weight, which is how torch keeps it."""
        return self.add("MatMul", x, self.constant(f"{name}.T", self.weights[f"{name}.weight"].T, np.float32))

    def normed(self, x: str, name: str) -> str:
        """``x`` behind a layer norm."""
        scale = self.constant(f"{name}.scale", self.weights[f"{name}.weight"], np.float32)
        return self.add("LayerNormalization", x, scale, axis=-1, epsilon=1e-5)

    def last(self, x: str, axis: int) -> str:
        """The last entry along an axis, which stays."""
        bounds = (self.constant("minus1", [-1]), self.constant("far", [2**31 - 1]), self.constant(f"ax{axis}", [axis]))
        return self.add("Slice", x, *bounds)

    def rotated(self, x: str) -> str:
        """``x`` turned by the rotary angles of its positions."""
        self.nodes.append(helper.make_node("Split", [x], [f"{x}_a", f"{x}_b"], axis=-1))
        a, b = f"{x}_a", f"{x}_b"
        first = self.add("Sub", self.add("Mul", a, "cosine"), self.add("Mul", b, "sine"))
        second = self.add("Add", self.add("Mul", a, "sine"), self.add("Mul", b, "cosine"))
        return self.add("Concat", first, second, axis=-1)

    def heads(self, x: str) -> str:
        """(batch, new, width) to (batch, heads, new, head_width)."""
        split = self.constant("split", [0, 0, self.shape.heads, self.shape.head_width])
        return self.add("Transpose", self.add("Reshape", x, split), perm=[0, 2, 1, 3])

    def attention(self, x: str, layer: int, only_last: bool) -> str:
        """Attention of one layer, with its keys and values behind the past ones."""
        name = f"blocks.{layer}"
        parts = [f"q{layer}", f"new_k{layer}", f"new_v{layer}"]
        qkv = self.linear(self.normed(x, f"{name}.norm1"), f"{name}.qkv")
        self.nodes.append(helper.make_node("Split", [qkv], parts, axis=-1))
        q, k, v = (self.heads(part) for part in parts)
        k = self.add("Concat", f"past_k_{layer}", self.rotated(k), axis=2, to=f"k_{layer}")
        v = self.add("Concat", f"past_v_{layer}", v, axis=2, to=f"v_{layer}")
        q, bias = self.rotated(q), "bias"
        if only_last:
            q, bias = self.last(q, 2), self.last("bias", 2)
        q = self.add("Mul", q, self.constant("scale", self.shape.head_width**-0.5, np.float32))
        scores = self.add("MatMul", q, self.add("Transpose", k, perm=[0, 1, 3, 2]))
        seen = self.add("MatMul", self.add("Softmax", self.add("Add", scores, bias), axis=-1), v)
        joined = self.constant("joined", [0, 0, self.shape.width])
        merged = self.add("Reshape", self.add("Transpose", seen, perm=[0, 2, 1, 3]), joined)
        return self.linear(merged, f"{name}.out")

    def block(self, x: str, layer: int) -> str:
        """One block; the last one computes only the last position."""
        only_last = layer == self.shape.layers - 1
        name = f"blocks.{layer}"
        attended = self.attention(x, layer, only_last)
        x = self.add("Add", self.last(x, 1) if only_last else x, attended)
        hidden = self.add("Relu", self.linear(self.normed(x, f"{name}.norm2"), f"{name}.up"))
        return self.add("Add", x, self.linear(self.add("Mul", hidden, hidden), f"{name}.down"))

    def write(self) -> None:
        """All nodes, from ``ids`` to ``logits``."""
        one = self.constant("one", [1])
        for name in ("cosine", "sine"):
            table = self.constant(f"{name}_table", self.weights[name], np.float32)
            self.add("Unsqueeze", self.add("Gather", table, "positions"), one, to=name)
        embedding = self.constant("embedding", self.weights["embedding.weight"], np.float32)
        x = self.add("Gather", embedding, "ids")
        for layer in range(self.shape.layers):
            x = self.block(x, layer)
        x = self.add("Squeeze", self.normed(x, "norm"), one)
        self.add("Gemm", x, embedding, transB=1, to="logits")


def model_of(network: Network) -> onnx.ModelProto:
    """The graph of a network, checked."""
    shape = network.shape
    weights = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    weights |= {"cosine": network.get_buffer("cosine").numpy(), "sine": network.get_buffer("sine").numpy()}
    writer = Writer(shape, weights)
    writer.write()
    past: list[int | str] = ["batch", shape.heads, "past", shape.head_width]
    every = [f"{kind}_{layer}" for layer in range(shape.layers) for kind in ("k", "v")]
    value = helper.make_tensor_value_info
    inputs = [value(name, TensorProto.INT64, ["batch", "new"]) for name in ("ids", "positions")]
    inputs += [value("bias", TensorProto.FLOAT, ["batch", 1, "new", "total"])]
    inputs += [value(f"past_{name}", TensorProto.FLOAT, past) for name in every]
    outputs = [value("logits", TensorProto.FLOAT, ["batch", shape.vocabulary])]
    outputs += [value(name, TensorProto.FLOAT, ["batch", shape.heads, "total", shape.head_width]) for name in every]
    constants = [numpy_helper.from_array(np.ascontiguousarray(v), k) for k, v in writer.constants.items()]
    graph = helper.make_graph(writer.nodes, "tiny", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)
    helper.set_model_props(model, {"shape": json.dumps(asdict(shape))})
    onnx.checker.check_model(model, full_check=True)
    return model


def export(network: Network, path: Path) -> None:
    """Write the graph. Raises ValueError where its logits are not those of torch."""
    onnx.save(model_of(network), str(path))
    worst = largest_difference(network, path)
    if not worst < TOLERANCE:
        raise ValueError(f"The graph's logits differ from torch's by {worst:.2g}, more than {TOLERANCE:g}.")


def imported(path: Path) -> Network:
    """The network of a graph that ``export`` wrote, to train it further."""
    model = onnx.load(str(path))
    (shape,) = (json.loads(entry.value) for entry in model.metadata_props if entry.key == "shape")
    constants = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    network = Network(Shape(**shape))
    weights = {}
    for name in network.state_dict():
        part = name.removesuffix(".weight")
        values = constants[f"{part}.T"].T if f"{part}.T" in constants else constants.get(f"{part}.scale")
        weights[name] = torch.tensor(constants["embedding"] if values is None else values)
    network.load_state_dict(weights)
    return network


def largest_difference(network: Network, path: Path) -> float:
    """Largest absolute difference of logits between torch and the graph, on sequences read in two parts."""
    from lmwalk.models.builtin.runtime import Runtime

    rng = np.random.default_rng(0)
    runtime = Runtime(path)
    worst = 0.0
    for length in (40, 7, 23):
        row = rng.integers(0, network.shape.vocabulary, size=length).tolist()
        found, _ = runtime.extend(runtime.prefill([row[:-1]])[1], row[-1:])
        with torch.no_grad():
            truth = network(torch.tensor([row]), torch.tensor([0]), 1)[0, 0].numpy()
        worst = max(worst, float(np.abs(truth - found[0]).max()))
    return worst
