//! Functions that a file brings along: each call is replaced by the nodes of the function.

use std::collections::HashMap;

use onnx_ir::{AttributeProto, GraphProto, ModelProto, NodeProto};

use super::not_runnable;
use crate::Result;

/// Functions may call functions, but a file that goes deeper is made to fill memory.
const DEEPEST: usize = 16;
/// The most nodes that calls may become.
const MOST: usize = 1 << 20;

struct Function {
    inputs: Vec<String>,
    outputs: Vec<String>,
    /// Attributes that a call may leave out.
    defaults: Vec<AttributeProto>,
    nodes: Vec<NodeProto>,
}

/// By domain, name and overload.
type Functions = HashMap<[String; 3], Function>;

/// Replaces all calls, those in branches and loops among them.
///
/// # Errors
/// Functions that call each other without end.
pub(super) fn inline(proto: &mut ModelProto) -> Result<()> {
    let functions = std::mem::take(&mut proto.functions).into_iter();
    let functions = functions.map(|function| {
        let key = [function.domain, function.name, function.overload];
        let function = Function {
            inputs: function.input,
            outputs: function.output,
            defaults: function.attribute_proto,
            nodes: function.node,
        };
        (key, function)
    });
    let functions: Functions = functions.collect();
    if functions.is_empty() {
        return Ok(());
    }
    graph(proto.graph.mut_or_insert_default(), &functions, 0)
}

fn graph(proto: &mut GraphProto, functions: &Functions, depth: usize) -> Result<()> {
    let nodes = std::mem::take(&mut proto.node);
    proto.node = expanded(nodes, functions, depth)?;
    Ok(())
}

fn expanded(nodes: Vec<NodeProto>, functions: &Functions, depth: usize) -> Result<Vec<NodeProto>> {
    let mut made = Vec::new();
    for mut node in nodes {
        for branch in node
            .attribute
            .iter_mut()
            .filter_map(|setting| setting.g.as_mut())
        {
            graph(branch, functions, depth)?;
        }
        let key = [&node.domain, &node.op_type, &node.overload].map(String::clone);
        match functions.get(&key) {
            None => made.push(node),
            Some(_) if depth >= DEEPEST => {
                return Err(not_runnable(format!(
                    "the function {} calls others more than {DEEPEST} deep",
                    node.op_type
                )));
            }
            Some(function) => made.extend(expanded(function.call(&node), functions, depth + 1)?),
        }
        if made.len() > MOST {
            return Err(not_runnable(
                "its functions become more than a million nodes",
            ));
        }
    }
    Ok(made)
}

impl Function {
    /// The nodes with the names and the attributes of a call.
    fn call(&self, call: &NodeProto) -> Vec<NodeProto> {
        let given = |names: &[String], at: usize| {
            let name = names.get(at).filter(|name| !name.is_empty());
            name.cloned()
        };
        // Before the name of the call's own value, which no other node makes.
        let result = call.output.iter().find(|name| !name.is_empty());
        let prefix = format!("{}/", result.unwrap_or(&call.name));
        let mut names: HashMap<&str, String> = HashMap::new();
        for (at, name) in self.inputs.iter().enumerate() {
            names.insert(name, given(&call.input, at).unwrap_or_default());
        }
        for (at, name) in self.outputs.iter().enumerate() {
            let outer = given(&call.output, at);
            names.insert(name, outer.unwrap_or_else(|| format!("{prefix}{name}")));
        }
        let renaming = Renaming {
            names,
            prefix,
            settings: call.attribute.iter().chain(&self.defaults).collect(),
        };
        let mut nodes = self.nodes.clone();
        nodes.iter_mut().for_each(|node| renaming.node(node));
        nodes
    }
}

struct Renaming<'a> {
    names: HashMap<&'a str, String>,
    prefix: String,
    /// Of the call, then the defaults.
    settings: Vec<&'a AttributeProto>,
}

impl Renaming<'_> {
    fn rename(&self, name: &mut String) {
        match self.names.get(name.as_str()) {
            Some(outer) => outer.clone_into(name),
            None if name.is_empty() => {}
            None => *name = format!("{}{name}", self.prefix),
        }
    }

    fn node(&self, node: &mut NodeProto) {
        let values = node.input.iter_mut().chain(&mut node.output);
        values.for_each(|name| self.rename(name));
        if !node.name.is_empty() {
            node.name = format!("{}{}", self.prefix, node.name);
        }
        let settings = std::mem::take(&mut node.attribute);
        node.attribute = settings
            .into_iter()
            .filter_map(|own| self.setting(own))
            .collect();
    }

    /// An attribute; one that stands for an attribute of the call has that one's value.
    fn setting(&self, mut own: AttributeProto) -> Option<AttributeProto> {
        if !own.ref_attr_name.is_empty() {
            let mut settings = self.settings.iter();
            let outer = settings.find(|setting| setting.name == own.ref_attr_name)?;
            let name = own.name;
            own = (*outer).clone();
            own.name = name;
            return Some(own);
        }
        if let Some(graph) = own.g.as_mut() {
            let ends = graph.input.iter_mut().chain(&mut graph.output);
            let ends = ends.chain(&mut graph.value_info).map(|end| &mut end.name);
            let tensors = graph.initializer.iter_mut().map(|tensor| &mut tensor.name);
            ends.chain(tensors).for_each(|name| self.rename(name));
            graph.node.iter_mut().for_each(|node| self.node(node));
        }
        Some(own)
    }
}
