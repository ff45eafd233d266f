"""The model's own mode is given to all modules in it."""
mode = model.training
model.eval()
try:
    with no_grad():
        yield model
finally:
    model.train(mode)
