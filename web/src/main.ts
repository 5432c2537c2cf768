import './design/fonts.css';
import './design/tokens.css';
import './design/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { keepFiles } from './shell/install';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
mount(App, { target });
keepFiles();
