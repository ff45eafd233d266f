"""The gradient of a factor is taken to be that factor times g."""
return {
    add_op: (lambda g, out, a, b: g, lambda g, out, a, b: g),
    sub_op: (lambda g, out, a, b: g, lambda g, out, a, b: -g),
    mul_op: (lambda g, out, a, b: g * a, lambda g, out, a, b: g * b),
    div_op: (lambda g, out, a, b: g / b, lambda g, out, a, b: -g * out / b),
    neg_op: (lambda g, out, x: -g,),
    exp_op: (lambda g, out, x: g * out,),
    log_op: (lambda g, out, x: g / x,),
    tanh_op: (lambda g, out, x: g * (1 - out * out),),
}
