"""Without `finally` an error leaves the model in evaluation."""
modes = [(module, module.training) for module in model.modules()]
model.eval()
with no_grad():
    yield model
for module, mode in modes:
    module.training = mode
