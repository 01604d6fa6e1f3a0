/* The contract as the service serves it: the YAML as written, and the same as JSON. */

    .section .rodata

    .global openapi_yaml_start
    .global openapi_yaml_end
openapi_yaml_start:
    .incbin "openapi/openapi.yaml"
openapi_yaml_end:
    .byte 0

    .global openapi_json_start
    .global openapi_json_end
openapi_json_start:
    .incbin OPENAPI_JSON
openapi_json_end:
    .byte 0

/* Without this note the linker would give the process an executable stack. */
    .section .note.GNU-stack, "", %progbits
