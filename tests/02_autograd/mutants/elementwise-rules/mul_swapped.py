"""The gradient of a factor is taken to be that factor times g."""
return {
    add: (lambda g, out, a, b: g, lambda g, out, a, b: g),
    sub: (lambda g, out, a, b: g, lambda g, out, a, b: -g),
    mul: (lambda g, out, a, b: g * a, lambda g, out, a, b: g * b),
    div: (lambda g, out, a, b: g / b, lambda g, out, a, b: -g * out / b),
    neg: (lambda g, out, x: -g,),
    exp: (lambda g, out, x: g * out,),
    log: (lambda g, out, x: g / x,),
    tanh: (lambda g, out, x: g * (1 - out * out),),
}
