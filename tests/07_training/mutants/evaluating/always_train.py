"""Back to training, whatever the mode was before."""
model.eval()
try:
    with no_grad():
        yield model
finally:
    model.train()
