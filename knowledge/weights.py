"""The sentence model as an ONNX graph: built once from its official weights, with int8 matrices to be small and fast.

The weights are those of all-MiniLM-L6-v2 (BERT encoder, 6 layers, 12 heads, width 384, mean pooling, unit length).
Matrices are quantised per column to seven bits, because eight overflow on processors without the newer integer
instructions; activations are quantised as they come.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

LAYERS = 6
HEADS = 12
WIDTH = 384
POSITIONS = 256
EPSILON = 1e-12
LARGEST = 63
"""The largest quantised weight: seven bits with sign."""

OPSET = 20
IR_VERSION = 10
Floats = NDArray[np.float32]


def build_graph(weights: Path, target: Path, *, progress: Callable[[int, int], None]) -> None:
    """Write the quantised graph of the weights at `target`: input `ids` int64 (1, tokens), output `vector` (1, 384) of
    unit length. `progress` hears (layers done, layers).

    One text at a time, without padding: batches gain nothing on one thread, and a text's vector then depends on nothing
    but the text (activations are scaled by the largest of the whole batch).
    """
    graph = _Graph(load_file(weights))
    states = _embed(graph)
    for layer in range(LAYERS):
        states = _layer(graph, states, f"encoder.layer.{layer}")
        progress(layer + 1, LAYERS)
    _pool(graph, states)
    onnx.save_model(graph.model(), target)


def quantised(matrix: Floats) -> tuple[NDArray[np.int8], Floats]:
    """A matrix (rows, columns) as int8 with one scale a column, so that int8 x scale is the matrix again."""
    scale = np.maximum(np.abs(matrix).max(axis=0), np.float32(EPSILON)) / np.float32(LARGEST)
    return np.rint(matrix / scale).astype(np.int8), scale.astype(np.float32)


class _Graph:
    """A graph under construction; names of nodes and tensors are made up in order."""

    def __init__(self, tensors: Mapping[str, Floats]) -> None:
        self._tensors = tensors
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def weight(self, name: str) -> Floats:
        """A tensor of the weights file."""
        return self._tensors[name]

    def constant(self, values: NDArray[np.generic]) -> str:
        """Put values into the graph and give their name."""
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, operator: str, *inputs: str, **attributes: float) -> str:
        """Add one standard operation; gives the name of its output."""
        return self.put(operator, inputs, attributes)

    def fused(self, operator: str, *inputs: str, **attributes: float) -> str:
        """Add one of the runtime's own operations; gives the name of its output."""
        return self.put(operator, inputs, attributes, domain="com.microsoft")

    def put(
        self,
        operator: str,
        inputs: Sequence[str],
        attributes: Mapping[str, float],
        *,
        outputs: tuple[str, ...] = (),
        domain: str = "",
    ) -> str:
        """Add an operation with outputs named by the caller; gives the name of the first."""
        names = outputs or (f"t{len(self._nodes)}",)
        node = helper.make_node(operator, inputs, names, domain=domain)
        node.attribute.extend(helper.make_attribute(key, value) for key, value in attributes.items())
        self._nodes.append(node)
        return names[0]

    def linear(self, states: str, matrix: Floats, bias: Floats) -> str:
        """States times a quantised matrix (in, out), plus bias."""
        values, scale = quantised(matrix)
        zero = np.zeros(scale.shape, dtype=np.int8)
        constants = (self.constant(values), self.constant(scale), self.constant(zero), self.constant(bias))
        return self.fused("DynamicQuantizeMatMul", states, *constants)

    def model(self) -> onnx.ModelProto:
        """The finished model."""
        inputs = [helper.make_tensor_value_info("ids", TensorProto.INT64, (1, "tokens"))]
        outputs = [helper.make_tensor_value_info("vector", TensorProto.FLOAT, (1, WIDTH))]
        graph = helper.make_graph(self._nodes, "all-MiniLM-L6-v2", inputs, outputs, self._constants)
        domains = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=domains, ir_version=IR_VERSION)


def _embed(graph: _Graph) -> str:
    values, scale = quantised(graph.weight("embeddings.word_embeddings.weight").T)
    words = graph.add("Cast", graph.add("Gather", graph.constant(values.T), "ids"), to=TensorProto.FLOAT)
    words = graph.add("Mul", words, graph.add("Gather", graph.constant(scale[:, None]), "ids"))
    places = graph.weight("embeddings.position_embeddings.weight")[:POSITIONS]
    places = places + graph.weight("embeddings.token_type_embeddings.weight")[0]
    length = graph.add("Shape", "ids", start=1, end=2)
    start, axis = graph.constant(np.array([0])), graph.constant(np.array([0]))
    states = graph.add("Add", words, graph.add("Slice", graph.constant(places), start, length, axis))
    scale_name, shift = (graph.constant(graph.weight(f"embeddings.LayerNorm.{part}")) for part in ("weight", "bias"))
    return graph.add("LayerNormalization", states, scale_name, shift, epsilon=EPSILON)


def _layer(graph: _Graph, states: str, name: str) -> str:
    weighed = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
    matrix = np.concatenate([graph.weight(f"{each}.weight").T for each in weighed], axis=1)
    bias = np.concatenate([graph.weight(f"{each}.bias") for each in weighed])
    parts = tuple(f"{name}.{part}" for part in "qkv")
    graph.put("Split", [graph.linear(states, matrix, bias)], {"axis": -1, "num_outputs": 3}, outputs=parts)
    seen = graph.fused("MultiHeadAttention", *parts, num_heads=HEADS)
    states = _add_and_norm(
        graph, _dense(graph, seen, f"{name}.attention.output.dense"), states, f"{name}.attention.output"
    )
    inner = graph.add("Gelu", _dense(graph, states, f"{name}.intermediate.dense"))
    return _add_and_norm(graph, _dense(graph, inner, f"{name}.output.dense"), states, f"{name}.output")


def _dense(graph: _Graph, states: str, name: str) -> str:
    return graph.linear(states, graph.weight(f"{name}.weight").T, graph.weight(f"{name}.bias"))


def _add_and_norm(graph: _Graph, states: str, before: str, name: str) -> str:
    scale, shift = (graph.constant(graph.weight(f"{name}.LayerNorm.{part}")) for part in ("weight", "bias"))
    return graph.fused("SkipLayerNormalization", states, before, scale, shift, epsilon=EPSILON)


def _pool(graph: _Graph, states: str) -> None:
    mean = graph.add("ReduceMean", states, graph.constant(np.array([1])), keepdims=0)
    graph.put("LpNormalization", [mean], {"axis": 1, "p": 2}, outputs=("vector",))
