// Kinds of nodes of the syntax tree, as the grammars of all languages call them.

import { verbose } from "../text/index.ts";

/** What is written out, and what only says a type. */
export const literals = verbose`
  ^(
    string_content | string_fragment | escape_sequence | number | integer | float | int_literal | integer_literal
    | float_literal | decimal_integer_literal | hex_integer_literal | octal_integer_literal
    | decimal_floating_point_literal | true | false | null | none | nil | undefined | boolean_literal | boolean
    | null_literal | char_literal | character_literal | rune_literal | regex | number_literal | comment
    | class_literal | nowdoc_body | primitive_type | integral_type | type_identifier | scoped_type_identifier
    | generic_type | predefined_type | type_arguments | dimensions
  )$
`;

/** Texts, whole or a part of one. */
export const strings = /string|text_block|heredoc|^raw_string/;

/** Calls, with or without `new`. */
export const calls = verbose`
  ^(
    call | call_expression | new_expression | method_invocation | object_creation_expression | invocation_expression
    | macro_invocation | function_call_expression | member_call_expression
    | nullsafe_member_call_expression
    | scoped_call_expression
  )$
`;

/** A part of a value that has a name. */
export const members = verbose`
  ^(
    member_expression | attribute | selector_expression | field_access | member_access_expression | field_expression
    | scoped_identifier | scope_resolution
    | class_constant_access_expression
    | nullsafe_member_access_expression
  )$
`;

/** A part of a value by its place or key. */
export const subscripts = /^(subscript_expression|subscript|index_expression|array_access|element_access_expression|element_reference)$/;

/** Functions without a name of their own, and blocks that are handed over. */
export const functions = verbose`
  ^(
    arrow_function | function_expression | function | lambda | lambda_expression | func_literal
    | anonymous_function\w* | closure_expression | block | do_block
  )$
`;

/** Names by themselves. */
export const names = /^(identifier|variable_name|shorthand_property_identifier|constant|instance_variable|simple_identifier|name)$/;
