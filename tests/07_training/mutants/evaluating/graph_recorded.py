"""Dropout is off, but the graph of every batch is recorded."""
modes = [(module, module.training) for module in model.modules()]
model.eval()
try:
    yield model
finally:
    for module, mode in modes:
        module.training = mode
