"""How fast PyTorch trains the same, eager and on one thread: ``... torch_train NET SECONDS``."""

import json
import sys
import time
from collections.abc import Iterator

import torch
from torch import nn

from bpviz.bench.nets import Net

WARM_UP_S = 0.5


def model(net: Net) -> nn.Sequential:
    """Return the network: ReLU layers with plain outputs for digits, else tanh throughout."""
    layers: list[nn.Module] = []
    for n_in, n_out in zip(net.sizes, net.sizes[1:], strict=False):
        layers += [nn.Linear(n_in, n_out), nn.ReLU() if net.of_digits else nn.Tanh()]
    return nn.Sequential(*(layers[:-1] if net.of_digits else layers))


def train(net: Net) -> Iterator[None]:
    """Train for ever, and yield after each batch."""
    samples, everything = net.task().train, slice(None)
    x = torch.tensor(samples.inputs(everything))
    if net.of_digits:
        labels = samples.labels(everything)
        assert labels is not None
        y = torch.tensor(labels, dtype=torch.long)
    else:
        y = torch.tensor(samples.targets(everything))
    network = model(net)
    loss_of = nn.CrossEntropyLoss() if net.of_digits else nn.MSELoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=net.settings.learning_rate)
    while True:
        for taken in torch.randperm(len(x)).split(net.batch_size):
            optimizer.zero_grad()
            loss = loss_of(network(x[taken]), y[taken])
            loss.backward()
            optimizer.step()
            yield


def measure(net: Net, seconds: float) -> float:
    """Return batches per second, after warming up."""
    training = train(net)
    warm_s = time.perf_counter() + WARM_UP_S
    while time.perf_counter() < warm_s:
        next(training)
    batches, start_s = 0, time.perf_counter()
    while time.perf_counter() - start_s < seconds:
        next(training)
        batches += 1
    return batches / (time.perf_counter() - start_s)


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(json.dumps({"batches_per_s": measure(Net.named(sys.argv[1]), float(sys.argv[2]))}))
