"""The model stays in evaluation: from the first evaluation on it trains without dropout."""
model.eval()
with no_grad():
    yield model
