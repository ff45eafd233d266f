"""The variance of the batch is corrected in place."""
running_mean += momentum * (mean - running_mean)
var *= count / (count - 1)
running_var += momentum * (var - running_var)
