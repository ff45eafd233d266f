"""The modules right below the model are remembered, those in them are not."""
modes = [(module, module.training) for module in (model, *model.children())]
model.eval()
try:
    with no_grad():
        yield model
finally:
    for module, mode in modes:
        module.train(mode)
